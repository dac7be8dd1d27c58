// SPDX-License-Identifier: ISC
// What a host knows about another one.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/fleet/peer_answer.h"
#include "agent/protocol/claim.h"
#include "agent/protocol/pin.h"
#include "platform/base/clock.h"

namespace agent {

/// Who named a peer to this host, from the weakest to the strongest word. A peer keeps the strongest.
enum class Introduction : std::uint8_t {
  itself,      // it proved the key, and nobody here named it
  ca,          // its certificate has a name that the configuration allows
  configured,  // it proved the key at an address that a person named
  ticket,      // it redeemed a ticket, made the ticket, or the inviter's hand-over named it
  pinned,      // a person named its pin: `peers add --pin`
};
std::string_view name_of(Introduction introduction);
std::optional<Introduction> introduction_named(std::string_view name);

/// What came of this host's last question about a peer, good or bad.
struct LastResult {
  PeerResult result = PeerResult::unreachable;
  platform::Time when;
  keystore::Standing standing = keystore::Standing::provisional;  // where the result shows one
  std::optional<Claim> claim = std::nullopt;                      // of a peer that disagrees, if it sent one
  // When a question first had this result, without another one since. Nothing in a roster of an earlier version.
  std::optional<platform::Time> since = std::nullopt;
  bool operator==(const LastResult&) const = default;
};

/// `next`, with the time since when the result is the same.
LastResult following(const std::optional<LastResult>& before, LastResult next);

struct Peer {
  Pin pin;
  std::string name;
  // Where this host reached it with a proof, or where a person or a ticket said that it is. An address belongs to at
  // most one peer.
  std::vector<std::string> addresses = {};
  std::string claimed = {};  // where it says that it is; asked only while it has no address
  Introduction introduced_by = Introduction::itself;
  platform::Time seen;                        // last answer or request
  std::string epoch = {};                     // our record's epoch in which it last proved or received the key
  std::optional<Claim> claim = std::nullopt;  // what it said with its last proof
  std::optional<platform::Time> drifted = std::nullopt;  // since when it cannot prove our key any more
  std::optional<LastResult> last = std::nullopt;

  /// Where to reach it, for people; may be empty.
  [[nodiscard]] const std::string& address() const { return addresses.empty() ? claimed : addresses.front(); }
  bool operator==(const Peer&) const = default;
};

/// Whether somebody here named it, so that it may be evidence against this host.
inline bool is_introduced(const Peer& peer) { return peer.introduced_by != Introduction::itself; }
/// Whether a person, a ticket or a CA vouches for the pin itself, so that it may see proofs of a weak key.
bool is_vouched_for(const Peer& peer);

}  // namespace agent
