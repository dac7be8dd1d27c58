// SPDX-License-Identifier: ISC
#include "agent/gate/decision.h"

#include <algorithm>

#include "agent/base/limits.h"
#include "agent/fleet/record_settling.h"
#include "agent/fleet/voters.h"

namespace agent {

namespace {

using keystore::KeyState;
using keystore::Standing;

using Peers = std::vector<PeerVerdict>;

// What a peer says about this host's key.
enum class Vote : std::uint8_t {
  agrees,
  contradicts,
  missing,  // it was asked, and proved nothing either way
  none,     // it is not asked for its agreement
};

Vote vote_of(const PeerVerdict& peer) {
  switch (peer.result) {
    case PeerResult::agree: return Vote::agrees;
    case PeerResult::disagree: return Vote::contradicts;
    // None of these is evidence against this host. If they counted, a broken network or a stranger could stop the whole
    // fleet.
    case PeerResult::has_key:
    case PeerResult::no_key:
    case PeerResult::unreachable:
    case PeerResult::untrusted:
    case PeerResult::incompatible: return Vote::missing;
    // Copies of this host and removed hosts cannot confirm it, and must not raise the number that a majority needs.
    case PeerResult::clone:
    case PeerResult::self:
    case PeerResult::removed: return Vote::none;
  }
  __builtin_unreachable();
}

bool agrees(const PeerVerdict& peer) { return vote_of(peer) == Vote::agrees; }

// A peer that nobody named is never evidence against this host. It may be an ex-member under a new identity.
bool contradicts(const PeerVerdict& peer) { return vote_of(peer) == Vote::contradicts && is_voter(peer); }

std::size_t count(const Peers& peers, auto&& condition) {
  return static_cast<std::size_t>(std::ranges::count_if(peers, condition));
}

// Equal standing is enough. Neither of two fresh hosts has a better claim, so both wait for a person instead of forking
// the fleet.
bool contradicted(const Peers& peers, Standing own) {
  return std::ranges::any_of(peers,
                             [own](const PeerVerdict& peer) { return contradicts(peer) && peer.standing >= own; });
}

// At addresses that never proved the key, an attacker in the network can answer. A host that was settled once is not
// stopped by them, unless they are more than half of its list.
bool unmet_count(const Peers& peers, const OwnEvidence& own) {
  const std::size_t unmet = count(peers, [](const PeerVerdict& peer) { return contradicts(peer) && peer.is_unmet(); });
  return !own.settled || unmet * 2 > voters_among(peers) + 1;
}

bool outnumbered(const Peers& peers, const OwnEvidence& own) {
  const bool with_unmet = unmet_count(peers, own);
  const std::size_t against = count(peers, [&](const PeerVerdict& peer) {
    return contradicts(peer) && peer.standing == Standing::established && (with_unmet || !peer.is_unmet());
  });
  // The host counts itself. A tie starts on both sides: with two hosts the alternative is that neither starts.
  return against > agreeing_voters_among(peers) + 1;
}

// A host without a record belongs to no fleet, so a generation is nothing it could be behind. A claim far above this
// host's generation is a lie, and believing it would hold the host for ever.
bool is_later(const PeerVerdict& peer, const OwnEvidence& own) {
  return own.has_record && peer.claim && peer.claim->fleet == own.fleet && peer.claim->generation > own.generation &&
         peer.claim->generation <= std::uint64_t{own.generation} + limits::generation_jump;
}

bool later_generation(const Peers& peers, const OwnEvidence& own) {
  return std::ranges::any_of(peers, [&](const PeerVerdict& peer) {
    // A peer that agrees has this very key, so its generation cannot mean that the key was replaced.
    return contradicts(peer) && peer.is_introduced() && is_later(peer, own);
  });
}

void check_file(const OwnEvidence& own, std::vector<Reason>& reasons) {
  // A lost key and a key that never was have different remedies: fetch it again, or make it.
  const bool had_key = own.has_record || own.unreadable_record;
  if (own.key == KeyState::absent) reasons.push_back(had_key ? Reason::lost_key : Reason::no_key);
  if (own.key == KeyState::invalid) reasons.push_back(Reason::invalid_key);
  if (own.unsafe || own.key == KeyState::unsafe || own.key == KeyState::unreadable)
    reasons.push_back(Reason::unsafe_key);
}

void check_record(const OwnEvidence& own, const Peers& peers, GateDecision& decision) {
  // A host without a record has nothing to contradict; its key counts as provisional. A key that is absent or damaged
  // was reported by check_file.
  if (own.key != KeyState::present || own.is_recorded || (!own.has_record && !own.unreadable_record)) return;
  // The record can be older than the key when a disk image or a backup was put back. A peer that proves the key is
  // better evidence than that record.
  const bool proved = healer_among(peers) != nullptr;
  // What is in a record that cannot be read is not known, so no peer may replace it.
  decision.heals_record = proved && !own.unreadable_record;
  if (!proved) decision.reasons.push_back(own.unreadable_record ? Reason::unreadable_record : Reason::not_recorded);
}

void check_peers(const OwnEvidence& own, const Peers& peers, GateDecision& decision) {
  if (own.key != KeyState::present) return;
  // An agreement in this run counts at once. Otherwise a host would be held until a second start.
  const bool established = own.standing == Standing::established || decision.establishes;
  // The two rules exclude each other: an established host is not stopped by one peer that disagrees, or one bad host
  // would stop all.
  if (!established && contradicted(peers, own.standing)) decision.reasons.push_back(Reason::unconfirmed);
  if (established && outnumbered(peers, own)) decision.reasons.push_back(Reason::outnumbered);
  if (established && later_generation(peers, own)) decision.reasons.push_back(Reason::later_generation);
}

void check_policy(const Peers& peers, Policy policy, GateDecision& decision) {
  const std::size_t asked = voters_among(peers);
  // Nobody to ask is not agreement. An administrator who wants a majority must not get a host that starts alone.
  if (policy == Policy::majority && !most_agree(peers)) decision.reasons.push_back(Reason::no_majority);
  if (policy == Policy::strict && (asked == 0 || agreeing_voters_among(peers) != asked))
    decision.reasons.push_back(Reason::not_all_agree);
}

// Shown for every peer, also for those that are no evidence.
bool says_otherwise(const PeerVerdict& peer) { return peer.result == PeerResult::disagree; }

bool all_untrusted(const Peers& peers) {
  const std::size_t untrusted =
      count(peers, [](const PeerVerdict& peer) { return peer.result == PeerResult::untrusted; });
  return untrusted > 0 &&
         untrusted == count(peers, [](const PeerVerdict& peer) { return vote_of(peer) != Vote::none; });
}

}  // namespace

std::string_view name_of(Reason reason) {
  switch (reason) {
    case Reason::no_key: return "no-key";
    case Reason::lost_key: return "lost-key";
    case Reason::invalid_key: return "invalid-key";
    case Reason::unsafe_key: return "unsafe-key";
    case Reason::not_recorded: return "not-recorded";
    case Reason::unreadable_record: return "unreadable-record";
    case Reason::unconfirmed: return "unconfirmed";
    case Reason::outnumbered: return "outnumbered";
    case Reason::later_generation: return "later-generation";
    case Reason::no_majority: return "no-majority";
    case Reason::not_all_agree: return "not-all-agree";
  }
  __builtin_unreachable();
}

OwnEvidence evidence_of(const keystore::Holding& holding, bool unsafe) {
  // Without a record the defaults stand for a host that belongs to no fleet yet.
  OwnEvidence own{.key = holding.state,
                  .unsafe = unsafe,
                  .has_record = holding.record.has_value(),
                  .unreadable_record = holding.record_problem.has_value(),
                  .is_recorded = holding.is_recorded,
                  .standing = holding.standing()};
  if (!holding.record) return own;
  own.fleet = holding.record->fleet;
  own.generation = holding.record->generation;
  // From the record, which only root writes, and not from the roster, which may be lost.
  own.settled = holding.record->settled;
  return own;
}

GateDecision decide(const OwnEvidence& own, const std::vector<PeerVerdict>& peers, Policy policy) {
  GateDecision decision;
  if (policy == Policy::off) return decision;
  // The policy "local" must not depend on the network, so peers are left out of every rule and not only of the last.
  const Peers heard = policy == Policy::local ? Peers() : peers;
  decision.establishes = own.key == KeyState::present && std::ranges::any_of(heard, agrees);
  // The rules about this host come first, so that the first reason that is shown can be fixed here.
  check_file(own, decision.reasons);
  check_record(own, heard, decision);
  check_peers(own, heard, decision);
  check_policy(heard, policy, decision);
  decision.allowed = decision.reasons.empty();
  decision.wrong_elsewhere = decision.allowed && std::ranges::any_of(heard, says_otherwise);
  decision.all_untrusted = decision.allowed && all_untrusted(heard);
  return decision;
}

}  // namespace agent
