// The listener: accepts peers, bounds what they may cost, and passes what they ask to the Responder. One thread, no
// timers while nobody is connected.
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

/// What the server tells whoever runs it.
struct ServerEvents {
  std::function<void(const std::vector<Address>& listening)> ready;
  std::function<void(const std::string& problem)> problem;  // of one connection or of the disk; it goes on
};

enum class Ended : std::uint8_t {
  signal,       // SIGTERM or SIGINT
  key_changed,  // the key file is not what it was: nothing is proved any more
};

class Server {
 public:
  /// Binds every address. io, naming the address, when one cannot be had.
  static platform::Result<Server> bind(const ServerOptions& options);
  Server(Server&&) noexcept;
  Server& operator=(Server&&) noexcept;
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  ~Server();

  /// Until a signal comes or the key file changes. When the file of the own claim changes, `claim_changed` tells the
  /// responder; false from it ends the server like a changed key.
  platform::Result<Ended> run(const Identity& identity, Responder& responder, platform::FileWatch& key_file,
                              platform::FileWatch& claim_file, const std::function<bool(Responder&)>& claim_changed,
                              const ServerEvents& events);

 private:
  struct Listening;
  explicit Server(std::unique_ptr<Listening> listening);
  std::unique_ptr<Listening> listening_;
};

}  // namespace agent
