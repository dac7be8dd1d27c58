#include "agent/fleet/peer_verdict.h"

#include <algorithm>
#include <set>

namespace agent {

namespace {

using keystore::Standing;

JudgedPeer judge_one(PeerAnswer answer, const Target& target, const Roster& roster) {
  JudgedPeer peer{.answer = std::move(answer), .configured = target.configured};
  const Peer* known = peer.answer.pin ? roster.find(*peer.answer.pin) : nullptr;
  const auto residents = roster.at(target.address.text());
  peer.known = known != nullptr;
  if (peer.answer.claim) {
    peer.name = peer.answer.claim->name;
  } else if (known != nullptr) {
    peer.name = known->name;
  } else if (!residents.empty()) {
    peer.name = residents.front()->name;
  }
  if (!peer.answer.pin) return peer;

  const bool elsewhere = !peer.known && !residents.empty();
  const auto has_another_pin = [&](const Peer* resident) { return resident->pin != *peer.answer.pin; };
  if (roster.is_removed(*peer.answer.pin)) {
    peer.answer.result = PeerResult::untrusted;
    peer.answer.detail = "it was removed from this host's peers";
  } else if (elsewhere && peer.answer.result == PeerResult::disagree) {
    peer.answer.result = PeerResult::untrusted;
    peer.answer.detail = "it is not the host known for this address, and does not prove the key";
  } else if (peer.answer.result == PeerResult::agree && std::ranges::any_of(residents, has_another_pin)) {
    peer.news = "answers under a new identity, has proved the key, and is known by it from now on";
  }
  return peer;
}

}  // namespace

std::vector<JudgedPeer> judge(std::vector<PeerAnswer> answers, const std::vector<Target>& targets,
                              const Roster& roster) {
  std::vector<JudgedPeer> peers;
  for (std::size_t at = 0; at < answers.size(); ++at)
    peers.push_back(judge_one(std::move(answers[at]), targets.at(at), roster));
  return peers;
}

void note(Roster& roster, const std::vector<JudgedPeer>& peers, const std::string& epoch, platform::Time now) {
  for (const JudgedPeer& peer : peers) {
    if (!peer.answer.pin) continue;
    if (peer.answer.result == PeerResult::agree && peer.answer.claim) {
      roster.take_address(peer.answer.asked.text(), *peer.answer.pin);
      roster.note({.pin = *peer.answer.pin,
                   .name = peer.answer.claim->name,
                   .address = peer.answer.asked.text(),
                   .acquaintance = Acquaintance::proved,
                   .seen = now,
                   .epoch = epoch,
                   .claim = peer.answer.claim});
    }
    if (peer.answer.result == PeerResult::disagree && peer.known) roster.note_drift(*peer.answer.pin, now);
    roster.note_result(*peer.answer.pin, name_of(peer.answer.result), now);
  }
  roster.note_verify(now);
}

bool settle(keystore::Record& record, const std::vector<JudgedPeer>& peers, const Roster& roster,
            const keystore::KeyProof& proof) {
  const keystore::Record before = record;
  std::vector<keystore::FleetClaim> claims;
  for (const JudgedPeer& peer : peers) {
    if (peer.answer.result == PeerResult::agree && peer.answer.claim)
      claims.push_back(peer.answer.claim->fleet_claim());
  }
  for (const Peer* peer : roster.members(record.epoch)) {
    if (peer->claim && !peer->drifted) claims.push_back(peer->claim->fleet_claim());
  }
  if (claims.empty()) return false;
  keystore::merge_fleet(record, claims, proof);
  record.standing = Standing::established;
  record.proved_by_peer = true;
  return record != before;
}

std::vector<PeerEvidence> evidence_of(const std::vector<JudgedPeer>& peers) {
  std::vector<PeerEvidence> evidence;
  std::set<Pin> heard;
  for (const JudgedPeer& peer : peers) {
    const PeerAnswer& answer = peer.answer;
    if (answer.result == PeerResult::self || (answer.pin && !heard.insert(*answer.pin).second)) continue;
    evidence.push_back({.result = answer.result,
                        .known = peer.known,
                        .configured = peer.configured,
                        .standing = answer.standing,
                        .claim = answer.claim ? std::optional(answer.claim->fleet_claim()) : std::nullopt});
  }
  return evidence;
}

OwnEvidence evidence_of(const keystore::Holding& holding, bool unsafe) {
  OwnEvidence own{.key = holding.state,
                  .unsafe = unsafe,
                  .has_record = holding.record.has_value(),
                  .is_recorded = holding.is_recorded,
                  .standing = holding.standing()};
  if (!holding.record) return own;
  own.fleet = holding.record->fleet;
  own.generation = holding.record->generation;
  own.ever_proved = holding.record->proved_by_peer;
  return own;
}

}  // namespace agent
