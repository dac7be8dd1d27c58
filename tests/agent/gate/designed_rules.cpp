// SPDX-License-Identifier: ISC
#include "tests/agent/gate/designed_rules.h"

#include <algorithm>

namespace tests {

namespace {

using agent::OwnEvidence;
using agent::PeerEvidence;
using agent::PeerResult;
using agent::Policy;
using agent::Reason;
using keystore::KeyState;
using keystore::Standing;

using Peers = std::vector<PeerEvidence>;

struct Tally {
  int asked = 0;             // all but this host and copies of it
  int agreeing = 0;          // proved the key
  int vouching = 0;          // of these, established and known
  int against = 0;           // established, known, and another key
  int strongest_other = -1;  // the highest standing among those with another key
  bool superseded = false;   // a later generation of this fleet exists
};

Tally tally(const OwnEvidence& own, const Peers& peers) {
  Tally sum;
  for (const PeerEvidence& peer : peers) {
    if (peer.result == PeerResult::self || peer.result == PeerResult::clone) continue;
    ++sum.asked;
    if (peer.result == PeerResult::agree) {
      ++sum.agreeing;
      if (peer.known && peer.standing == Standing::established) ++sum.vouching;
    }
    if (peer.result != PeerResult::disagree) continue;
    sum.strongest_other = std::max(sum.strongest_other, static_cast<int>(peer.standing));
    // A host that no pin has ever proved is being brought into a fleet: whom its configuration names is known.
    const bool trusted = own.ever_proved ? peer.known : peer.known || peer.configured;
    if (!trusted) continue;
    if (peer.standing == Standing::established) ++sum.against;
    if (!own.has_record || !peer.claim || peer.claim->fleet != own.fleet) continue;
    if (peer.claim->generation > 0x80000000U) continue;
    sum.superseded = sum.superseded || peer.claim->generation > own.generation;
  }
  return sum;
}

}  // namespace

Rule rule_of(Reason reason) {
  switch (reason) {
    case Reason::no_key:
    case Reason::lost_key:
    case Reason::invalid_key: return missing;
    case Reason::unsafe_key: return unsafe;
    case Reason::not_recorded: return another;
    case Reason::unconfirmed: return Rule::unconfirmed;
    case Reason::outnumbered:
    case Reason::later_generation: return outvoted;
    case Reason::no_majority: return few;
    case Reason::not_all_agree: return not_all;
  }
  __builtin_unreachable();
}

std::set<Rule> broken_rules(const OwnEvidence& own, const Peers& everybody, Policy policy) {
  std::set<Rule> broken;
  if (policy == Policy::off) return broken;
  const Tally sum = policy == Policy::local ? Tally() : tally(own, everybody);
  const bool has_key = own.key == KeyState::present;
  if (own.key == KeyState::absent || own.key == KeyState::invalid) broken.insert(missing);
  if (own.unsafe || own.key == KeyState::unreadable || own.key == KeyState::unsafe) broken.insert(unsafe);
  if (has_key && own.has_record && !own.is_recorded && sum.vouching == 0) broken.insert(another);
  const bool sure = own.standing == Standing::established || sum.agreeing > 0;
  if (has_key && !sure && sum.strongest_other >= static_cast<int>(own.standing)) broken.insert(Rule::unconfirmed);
  if (has_key && sure && (sum.against > sum.agreeing + 1 || sum.superseded)) broken.insert(outvoted);
  // More than half of the fleet, this host among them, and at least one other.
  if (policy == Policy::majority && (sum.asked == 0 || 2 * (1 + sum.agreeing) <= 1 + sum.asked)) broken.insert(few);
  if (policy == Policy::strict && (sum.asked == 0 || sum.agreeing < sum.asked)) broken.insert(not_all);
  return broken;
}

}  // namespace tests
