// SPDX-License-Identifier: ISC
// Asks many addresses at once: connect, TLS, one request, one reply. Reports what happened at each address. It does not
// decide what that says about a peer: a reply is not checked beyond its form, and nothing here knows the key.
//
// The whole call has one time limit, however many addresses there are and however slowly they answer. All are connected
// at once; at most limits::handshakes_in_flight handshakes run at a time. If asked to, it tries addresses without an
// answer again until the time is over or `enough` says that the answers suffice. The pause doubles and has jitter, so
// that many waiting hosts do not overload one that starts. Names are resolved again at each try, because DNS may come
// up later than the network.
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

/// Who answers, known from the handshake before anything is asked.
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
    unreachable,   // the network: no name, no connection, no answer in time; the only kind that is tried again
    incompatible,  // something answers that is not this protocol
    untrusted,     // the CA's check fails, on either side
    withheld,      // the caller's Question asks nothing of this pin
  };
  Kind kind = Kind::unreachable;
  std::string reason;
  std::optional<Pin> pin;               // if the handshake was completed
  std::vector<std::string> tried = {};  // numeric addresses, if the name was resolved
};

using Outcome = std::variant<Trouble, Exchange>;

/// What to ask the host that answers at target number `target`. An empty answer asks nothing: with it a caller keeps a
/// ticket or a proof from a host with the wrong pin.
using Question = std::function<std::optional<wire::Request>(std::size_t target, const Contact& contact)>;

struct RequestOptions {
  tls::Context context = nullptr;                           // shared by several calls; null: this call makes one
  std::chrono::milliseconds time{5'000};                    // for all addresses together
  bool try_again = false;                                   // addresses that do not answer, until the time is over
  std::function<bool(const std::vector<Outcome>&)> enough;  // asked after each round; null: only the wait ends it
  std::function<void(std::size_t answered, std::size_t all)> progress;  // about once a second
};

/// One outcome per target, in the order of the targets. Blocks for at most `time`, or limits::shortest_round if that is
/// longer. Throws
/// std::runtime_error when the operating system gives no event loop.
std::vector<Outcome> request_all(const Identity& identity, const std::optional<tls::Authority>& authority,
                                 const std::vector<Address>& targets, const Question& question,
                                 const RequestOptions& options);

}  // namespace agent
