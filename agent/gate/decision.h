// SPDX-License-Identifier: ISC
// The gate: may Ops Manager start on this host? A pure function of evidence. A host is refused only by evidence against
// itself, so that one bad host cannot stop the fleet and a cold start of all of them does not deadlock.
//
//   1  no key, or not 24 bytes
//   2  the service cannot read it, or someone else can change it or its path
//   3  it is not the recorded key, or the record cannot be read - unless an established, introduced peer proves the
//      key. That heals a record that was rolled back. It never heals a record that cannot be read: only this start
//      passes.
//   4  not established - an agreement in this very run establishes - and a peer that claims at least this host's
//      standing disagrees: an introduced one, or at a configured address where nobody was ever met
//   5  established, and the established peers that disagree outnumber the introduced peers that agree and this host; or
//      an introduced peer of this fleet holds a later generation. Configured addresses where nobody was ever met count
//      among those that disagree, unless this host was once settled and they are at most half of its list.
//
// A peer is introduced if a person, a ticket or a CA named it or its address. Peers that introduced themselves
// establish a host that they agree with. They are never evidence against it, and no voters.
//
// no-key, unreachable, untrusted, removed, clone and self never count.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/config/config_file.h"
#include "agent/fleet/peer_verdict.h"
#include "keystore/host_key/host_key.h"

namespace agent {

struct OwnEvidence {
  keystore::KeyState key = keystore::KeyState::absent;
  bool unsafe = false;  // the service cannot read it, or someone else can change it
  bool has_record = false;
  bool unreadable_record = false;  // there is one, and it cannot be read or understood
  bool is_recorded = false;
  keystore::Standing standing = keystore::Standing::provisional;
  keystore::FleetId fleet;
  std::uint32_t generation = 1;
  bool settled = false;  // it once agreed with more than half of its list
};
/// A record says so, also one that cannot be read. Such a host is never told to make a key.
inline bool has_had_key(const keystore::Holding& holding) { return holding.record || holding.record_problem; }
/// `unsafe`: the service cannot read the key file, or someone else can change it.
OwnEvidence evidence_of(const keystore::Holding& holding, bool unsafe);

enum class Reason : std::uint8_t {
  no_key,
  lost_key,  // no key file, and there is a record, so there was a key
  invalid_key,
  unsafe_key,         // rule 2
  not_recorded,       // rule 3
  unreadable_record,  // rule 3
  unconfirmed,        // rule 4
  outnumbered,        // rule 5
  later_generation,   // rule 5
  no_majority,        // policy majority
  not_all_agree,      // policy strict
};

/// "later-generation": for JSON and the gate's note.
std::string_view name_of(Reason reason);

struct GateDecision {
  bool allowed = true;
  std::vector<Reason> reasons;   // against this host
  bool heals_record = false;     // rule 3's exception applied
  bool establishes = false;      // a peer agreed in this run
  bool wrong_elsewhere = false;  // a peer disagrees, which is not evidence against this host
  bool all_untrusted = false;    // there are peers, and none of them is who it should be
};

/// Decides by `policy`. "off" allows every start; "local" ignores peers; "majority" and "strict" also ask for
/// agreement, not only for the absence of evidence against this host. For "warn" this is what "default" would decide;
/// the caller lets the start pass.
GateDecision decide(const OwnEvidence& own, const std::vector<PeerVerdict>& peers, Policy policy);

}  // namespace agent
