// SPDX-License-Identifier: ISC
#include "tests/agent/gate/designed_rules.h"

#include <algorithm>

namespace tests {

namespace {

using agent::OwnEvidence;
using agent::PeerResult;
using agent::PeerVerdict;
using agent::Policy;
using agent::Reason;
using keystore::KeyState;
using keystore::Standing;

using Peers = std::vector<PeerVerdict>;

struct Tally {
  int listed = 1;            // hosts in this host's list, with itself
  int agreeing = 0;          // of those, proved the key
  bool proved = false;       // anybody proved the key
  int vouching = 0;          // introduced and established, and proved the key
  int against = 0;           // introduced and established, and another key
  int unmet_against = 0;     // established, and another key, where nobody was ever met
  int unmet_others = 0;      // another key, where nobody was ever met
  int strongest_other = -1;  // the highest standing among those in the list with another key
  bool superseded = false;   // an introduced peer has a later generation of this fleet
};

bool is_listed(const PeerVerdict& peer) {
  if (peer.result == PeerResult::self || peer.result == PeerResult::clone || peer.result == PeerResult::removed)
    return false;
  return peer.introduced_by != agent::Introduction::itself;
}

bool is_superseding(const OwnEvidence& own, const PeerVerdict& peer) {
  if (!own.has_record || !peer.claim || peer.claim->fleet != own.fleet) return false;
  return peer.claim->generation > own.generation && peer.claim->generation - own.generation <= 16;
}

Tally tally(const OwnEvidence& own, const Peers& peers) {
  Tally sum;
  for (const PeerVerdict& peer : peers) {
    const bool unmet = !peer.pin;
    sum.proved = sum.proved || peer.result == PeerResult::agree;
    if (!is_listed(peer)) continue;
    ++sum.listed;
    if (peer.result == PeerResult::agree) {
      ++sum.agreeing;
      if (!unmet && peer.claim && peer.standing == Standing::established) ++sum.vouching;
    }
    if (peer.result != PeerResult::disagree) continue;
    sum.strongest_other = std::max(sum.strongest_other, static_cast<int>(peer.standing));
    if (unmet) ++sum.unmet_others;
    if (peer.standing == Standing::established) ++(unmet ? sum.unmet_against : sum.against);
    if (!unmet) sum.superseded = sum.superseded || is_superseding(own, peer);
  }
  return sum;
}

int those_against(const OwnEvidence& own, const Tally& sum) {
  const bool ignored = own.settled && 2 * sum.unmet_others <= sum.listed;
  return sum.against + (ignored ? 0 : sum.unmet_against);
}

}  // namespace

Rule rule_of(Reason reason) {
  switch (reason) {
    case Reason::no_key:
    case Reason::lost_key:
    case Reason::invalid_key: return missing;
    case Reason::unsafe_key: return unsafe;
    case Reason::not_recorded:
    case Reason::unreadable_record: return another;
    case Reason::unconfirmed: return Rule::unconfirmed;
    case Reason::outnumbered:
    case Reason::later_generation: return outvoted;
    case Reason::no_majority: return few;
    case Reason::not_all_agree: return not_all;
  }
  __builtin_unreachable();
}

std::set<Rule> broken_rules(const OwnEvidence& own, const Peers& peers, Policy policy) {
  std::set<Rule> broken;
  if (policy == Policy::off) return broken;
  const Tally sum = policy == Policy::local ? Tally() : tally(own, peers);
  const bool has_key = own.key == KeyState::present;
  if (own.key == KeyState::absent || own.key == KeyState::invalid) broken.insert(missing);
  if (own.unsafe || own.key == KeyState::unreadable || own.key == KeyState::unsafe) broken.insert(unsafe);
  const bool another_key = (own.has_record && !own.is_recorded) || own.unreadable_record;
  if (has_key && another_key && sum.vouching == 0) broken.insert(another);
  const bool sure = own.standing == Standing::established || sum.proved;
  if (has_key && !sure && sum.strongest_other >= static_cast<int>(own.standing)) broken.insert(Rule::unconfirmed);
  if (has_key && sure && (those_against(own, sum) > sum.agreeing + 1 || sum.superseded)) broken.insert(outvoted);
  // More than half of the fleet, this host among them, and at least one other.
  const bool alone = sum.listed == 1;
  if (policy == Policy::majority && (alone || 2 * (1 + sum.agreeing) <= sum.listed)) broken.insert(few);
  if (policy == Policy::strict && (alone || 1 + sum.agreeing < sum.listed)) broken.insert(not_all);
  return broken;
}

}  // namespace tests
