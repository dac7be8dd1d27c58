// SPDX-License-Identifier: ISC
// What a round of answers says about each host. Answers belong to addresses; here they become one verdict for each
// host, known by its pin, and the roster and the record learn from it. Pure. Whether Ops Manager may start is not
// decided here; agent/gate/decision.h does that.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "agent/fleet/peer_answer.h"
#include "agent/fleet/roster.h"
#include "agent/fleet/targets.h"

namespace agent {

/// One for each host, and one for each address that a person named and where nobody has ever proved the key. An address
/// of this host itself has one too, with the result `self`.
struct PeerVerdict {
  std::string address;  // where the result comes from
  PeerResult result = PeerResult::unreachable;
  std::string detail;         // for people: why
  bool wants_adding = false;  // it proves nothing until `peers add` there names this host
  // The peer of the roster, or the host that proved the key now. Nothing for an address where nobody was ever met.
  std::optional<Pin> pin;
  std::optional<Pin> shown;                   // the pin that answered, if any; another one than `pin`: a stranger
  std::optional<Introduction> introduced_by;  // of `pin`
  std::string name;                           // as it says, or as the roster has it
  std::optional<Claim> claim;                 // with a proof, or from a peer that knows us
  keystore::Standing standing = keystore::Standing::provisional;  // where the result shows one
  std::vector<std::string> proved_at;                             // the addresses of this round where it proved the key
  bool is_new = false;                                            // it proved the key, and was not in the roster before
  std::optional<Pin> replaces;          // it proved the key at the address of this peer, which did not
  std::optional<platform::Time> when;   // if the result is from an earlier round
  std::optional<platform::Time> since;  // then also when it first was this result, where that is known
  std::string news;                     // for people, when it proved the key under a new identity; else empty

  /// Whether a person, a ticket or a CA named this host or its address. Only such a host votes, and only it may be
  /// evidence against this one.
  [[nodiscard]] bool is_introduced() const { return introduced_by && *introduced_by != Introduction::itself; }
  /// At an address that a person named, and nobody has ever proved the key there.
  [[nodiscard]] bool is_unmet() const { return !pin; }
  [[nodiscard]] bool is_stranger() const { return shown && shown != pin; }
  /// It proved this host's key.
  [[nodiscard]] bool agrees() const { return result == PeerResult::agree; }

  bool operator==(const PeerVerdict&) const = default;
};

/// In the order of the targets.
std::vector<PeerVerdict> verdicts_of(const std::vector<PeerAnswer>& answers, const std::vector<Target>& targets,
                                     const Roster& roster);

}  // namespace agent
