// SPDX-License-Identifier: ISC
// The listener: accepts peers, bounds what they may cost, and passes their requests to the Responder. One thread; no
// timer runs while nobody is connected. It does not change the account of the process; the caller does that between
// bind() and run().
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "agent/listener/responder.h"
#include "agent/protocol/address.h"
#include "agent/transport/identity.h"
#include "agent/transport/tls.h"
#include "platform/base/result.h"
#include "platform/files/file_watch.h"

namespace agent {

struct ServerOptions {
  std::vector<Address> listen;
  std::optional<tls::Authority> authority;
};

/// What the server reports to its caller.
struct ServerEvents {
  std::function<void(const std::vector<Address>& listening)> ready;
  std::function<void(const std::string& problem)> problem;  // of one connection or of the disk; it goes on
};

enum class Ended : std::uint8_t {
  signal,       // SIGTERM or SIGINT
  key_changed,  // the key file is no longer what it was, so nothing may be proved with the old key
};

class Server {
 public:
  /// Binds every address. io, naming the address, when an address cannot be bound; configuration when it is not
  /// numeric.
  static platform::Result<Server> bind(const ServerOptions& options);
  Server(Server&&) noexcept;
  Server& operator=(Server&&) noexcept;
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  ~Server();

  /// Serves until a signal comes or the key file changes. When this host's claim file changes, `claim_changed` gives
  /// the responder the new claim; if it returns false, the server ends as for a changed key.
  platform::Result<Ended> run(const Identity& identity, Responder& responder, platform::FileWatch& key_file,
                              platform::FileWatch& claim_file, const std::function<bool(Responder&)>& claim_changed,
                              const ServerEvents& events);

 private:
  struct Listening;
  explicit Server(std::unique_ptr<Listening> listening);
  std::unique_ptr<Listening> listening_;
};

}  // namespace agent
