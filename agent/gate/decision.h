// SPDX-License-Identifier: ISC
// The gate: may Ops Manager start on this host? A pure function of evidence. A host is refused only by evidence against
// itself, so that one bad host cannot stop the fleet and a cold start of all of them does not deadlock.
//
//   1  no key, or not 24 bytes
//   2  the service cannot read it, or someone else can change it or its path
//   3  it is not the recorded key - unless an established peer under a known pin proves it, which heals a record that
//      was rolled back
//   4  not established - an agreement in this very run establishes - and a peer that claims at least this host's
//      standing disagrees, pin known or not
//   5  established, and the established peers under known pins that disagree outnumber the peers that agree and this
//      host; or a peer under a known pin holds a later generation of this fleet. For a host that no pin has ever
//      proved, configured peers count as known.
//
// no-key, unreachable, untrusted, clone and self never count.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "agent/config/config_file.h"
#include "agent/fleet/peer_answer.h"
#include "keystore/host_key/host_key.h"

namespace agent {

struct OwnEvidence {
  keystore::KeyState key = keystore::KeyState::absent;
  bool unsafe = false;  // the service cannot read it, or someone else can change it
  bool has_record = false;
  bool is_recorded = false;
  keystore::Standing standing = keystore::Standing::provisional;
  keystore::FleetId fleet;
  std::uint32_t generation = 1;
  bool ever_proved = false;  // another pin has proved this key once
};

/// One per pin: a host that answers at two addresses counts once.
struct PeerEvidence {
  PeerResult result = PeerResult::unreachable;
  bool known = false;       // under a known pin
  bool configured = false;  // at an address that a person named
  keystore::Standing standing = keystore::Standing::provisional;
  std::optional<keystore::FleetClaim> claim;  // if the peer sent one
};

enum class Reason : std::uint8_t {
  no_key,
  lost_key,  // no key file, and a record says that there was a key
  invalid_key,
  unsafe_key,        // rule 2
  not_recorded,      // rule 3
  unconfirmed,       // rule 4
  outnumbered,       // rule 5
  later_generation,  // rule 5
  no_majority,       // policy majority
  not_all_agree,     // policy strict
};

struct GateDecision {
  bool allowed = true;
  std::vector<Reason> reasons;   // against this host
  bool heals_record = false;     // rule 3's exception applied
  bool establishes = false;      // a peer agreed in this run
  bool wrong_elsewhere = false;  // a peer disagrees, which is not evidence against this host
};

/// Decides by `policy`. "off" allows every start; "local" ignores peers; "majority" and "strict" also ask for
/// agreement, not only for the absence of evidence against this host. For "warn" this is what "default" would decide;
/// the caller lets the start pass.
GateDecision decide(const OwnEvidence& own, const std::vector<PeerEvidence>& peers, Policy policy);

/// Whether it is pointless to wait for the remaining peers: most of the fleet agrees, this host included. It says
/// nothing about a refusal, which more answers may still lift.
bool is_settled(const std::vector<PeerEvidence>& peers);

}  // namespace agent
