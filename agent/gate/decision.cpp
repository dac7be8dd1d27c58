// SPDX-License-Identifier: ISC
#include "agent/gate/decision.h"

#include <algorithm>

namespace agent {

namespace {

using keystore::KeyState;
using keystore::Standing;

using Peers = std::vector<PeerEvidence>;

// What a peer says about this host's key.
enum class Vote : std::uint8_t {
  agrees,
  contradicts,
  missing,  // it was asked, and proved nothing either way
  none,     // it is not asked for its agreement: this host itself, and copies of it
};

Vote vote_of(const PeerEvidence& peer) {
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
    // Copies of this host cannot confirm it, and must not raise the number that a majority needs.
    case PeerResult::clone:
    case PeerResult::self: return Vote::none;
  }
  __builtin_unreachable();
}

bool agrees(const PeerEvidence& peer) { return vote_of(peer) == Vote::agrees; }
bool contradicts(const PeerEvidence& peer) { return vote_of(peer) == Vote::contradicts; }

std::size_t count(const Peers& peers, Vote vote) {
  return static_cast<std::size_t>(std::ranges::count(peers, vote, vote_of));
}

std::size_t voters(const Peers& peers) { return peers.size() - count(peers, Vote::none); }

bool proved_by_established(const Peers& peers) {
  return std::ranges::any_of(peers, [](const PeerEvidence& peer) {
    // Known and established: a stranger with the same wrong key, or a host that is itself unsure, must not heal a
    // record.
    return agrees(peer) && peer.known && peer.standing == Standing::established;
  });
}

// Equal standing is enough. Neither of two fresh hosts has a better claim, so both wait for a person instead of forking
// the fleet.
bool contradicted(const Peers& peers, Standing own) {
  return std::ranges::any_of(peers,
                             [own](const PeerEvidence& peer) { return contradicts(peer) && peer.standing >= own; });
}

bool counts_as_known(const PeerEvidence& peer, const OwnEvidence& own) {
  // Until a host has met anybody, its configured addresses are all the evidence there is. Later a stranger at such an
  // address counts for nothing, so that whoever takes over the address cannot stop the host.
  return peer.known || (!own.ever_proved && peer.configured);
}

bool outnumbered(const Peers& peers, const OwnEvidence& own) {
  const auto against = std::ranges::count_if(peers, [&](const PeerEvidence& peer) {
    return contradicts(peer) && peer.standing == Standing::established && counts_as_known(peer, own);
  });
  // The host counts itself. A tie starts on both sides: with two hosts the alternative is that neither starts.
  return static_cast<std::size_t>(against) > count(peers, Vote::agrees) + 1;
}

// A host without a record belongs to no fleet, so a generation is nothing it could be behind. A generation above the
// largest one is a lie, and believing it would hold the host for ever.
bool is_later(const PeerEvidence& peer, const OwnEvidence& own) {
  return own.has_record && peer.claim && peer.claim->fleet == own.fleet && peer.claim->generation > own.generation &&
         peer.claim->generation <= keystore::largest_generation;
}

bool later_generation(const Peers& peers, const OwnEvidence& own) {
  return std::ranges::any_of(peers, [&](const PeerEvidence& peer) {
    // A peer that agrees has this very key, so its generation cannot mean that the key was replaced.
    return contradicts(peer) && counts_as_known(peer, own) && is_later(peer, own);
  });
}

void check_file(const OwnEvidence& own, std::vector<Reason>& reasons) {
  // A lost key and a key that never was have different remedies: fetch it again, or make it.
  if (own.key == KeyState::absent) reasons.push_back(own.has_record ? Reason::lost_key : Reason::no_key);
  if (own.key == KeyState::invalid) reasons.push_back(Reason::invalid_key);
  if (own.unsafe || own.key == KeyState::unsafe || own.key == KeyState::unreadable)
    reasons.push_back(Reason::unsafe_key);
}

void check_record(const OwnEvidence& own, const Peers& peers, GateDecision& decision) {
  // A host without a record has nothing to contradict; its key counts as provisional. A key that is absent or damaged
  // was reported by check_file.
  if (!own.has_record || own.is_recorded || own.key != KeyState::present) return;
  // The record can be older than the key when a disk image or a backup was put back. A peer that proves the key is
  // better evidence than that record.
  decision.heals_record = proved_by_established(peers);
  if (!decision.heals_record) decision.reasons.push_back(Reason::not_recorded);
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
  const std::size_t agreeing = count(peers, Vote::agrees);
  const std::size_t asked = voters(peers);
  // More than half, counted with this host on both sides. Half is not a majority: each half of a fleet that was cut in
  // two would start.
  const bool most = (agreeing + 1) * 2 > asked + 1;
  // Nobody to ask is not agreement. An administrator who wants a majority must not get a host that starts alone.
  if (policy == Policy::majority && (asked == 0 || !most)) decision.reasons.push_back(Reason::no_majority);
  if (policy == Policy::strict && (asked == 0 || agreeing != asked)) decision.reasons.push_back(Reason::not_all_agree);
}

}  // namespace

GateDecision decide(const OwnEvidence& own, const std::vector<PeerEvidence>& peers, Policy policy) {
  GateDecision decision;
  if (policy == Policy::off) return decision;
  // The policy "local" must not depend on the network, so peers are left out of every rule and not only of the last.
  const Peers heard = policy == Policy::local ? Peers() : peers;
  decision.establishes = own.key == KeyState::present && count(heard, Vote::agrees) > 0;
  // The rules about this host come first, so that the first reason that is shown can be fixed here.
  check_file(own, decision.reasons);
  check_record(own, heard, decision);
  check_peers(own, heard, decision);
  check_policy(heard, policy, decision);
  decision.allowed = decision.reasons.empty();
  decision.wrong_elsewhere = decision.allowed && count(heard, Vote::contradicts) > 0;
  return decision;
}

bool is_settled(const Peers& peers) {
  const std::size_t agreeing = count(peers, Vote::agrees);
  return agreeing > 0 && (agreeing + 1) * 2 > voters(peers) + 1;
}

}  // namespace agent
