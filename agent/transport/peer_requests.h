// Asking many peers at once: connect, TLS, one request, one reply. Says what came of each; what it means is for others.
//
// Every peer has a time of its own. All are connected at once; at most limits::handshakes_in_flight handshakes are
// under way. Peers that do not answer are tried again, with a doubling pause and jitter, until the wait is over or
// `enough` says that the answers suffice; names are resolved anew at each try.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "agent/protocol/address.h"
#include "agent/protocol/agreement.h"
#include "agent/protocol/messages.h"
#include "agent/protocol/pin.h"
#include "agent/transport/identity.h"
#include "agent/transport/tls.h"

namespace agent {

/// Who answered, before anything was asked.
struct Contact {
  Pin pin;
  Channel channel;
};

struct Exchange {
  Contact contact;
  wire::Request request;
  wire::Reply reply;
};

struct Trouble {
  enum class Kind : std::uint8_t {
    unreachable,
    incompatible,
    untrusted,  // the CA's check fails, on either side
    withheld,   // nothing was asked of whoever answered
  };
  Kind kind = Kind::unreachable;
  std::string reason;
  std::optional<Pin> pin;  // when the handshake was done
};

using Outcome = std::variant<Trouble, Exchange>;

/// What to ask of whoever answers as target number `target`; nothing withholds the question.
using Question = std::function<std::optional<wire::Request>(std::size_t target, const Contact& contact)>;

struct RequestOptions {
  tls::Context context = nullptr;  // made before, for several rounds; none: one is made
  std::chrono::milliseconds time_per_peer{5'000};
  std::chrono::milliseconds wait{0};                        // go on trying for this long; 0: one try
  std::function<bool(const std::vector<Outcome>&)> enough;  // asked after each round; none: not before the wait is over
  std::function<void(std::size_t answered, std::size_t all)> progress;  // about once a second
};

/// One outcome per target, in their order. Throws std::runtime_error when the operating system gives no event loop.
std::vector<Outcome> request_all(const Identity& identity, const std::optional<tls::Authority>& authority,
                                 const std::vector<Address>& targets, const Question& question,
                                 const RequestOptions& options);

}  // namespace agent
