#include "agent/fleet/peer_verdict.h"

#include <algorithm>

namespace agent {

namespace {

using keystore::Standing;

bool has_a_key_without_proof(PeerResult result) {
  return result == PeerResult::disagree || result == PeerResult::has_key;
}

RecognisedPeer recognise_one(PeerAnswer answer, const Target& target, const Roster& roster) {
  RecognisedPeer peer{.answer = std::move(answer), .configured = target.configured};
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
  } else if (elsewhere && has_a_key_without_proof(peer.answer.result)) {
    peer.answer.result = PeerResult::untrusted;
    peer.answer.detail = "it is not the host known for this address, and does not prove the key";
  } else if (peer.answer.result == PeerResult::agree && std::ranges::any_of(residents, has_another_pin)) {
    peer.news = "answers under a new identity, has proved the key, and is known by it from now on";
  }
  return peer;
}

void remember_agreement(Roster& roster, const RecognisedPeer& peer, const std::string& epoch, platform::Time now) {
  if (!peer.answer.claim) return;
  roster.take_address(peer.answer.asked.text(), *peer.answer.pin);
  roster.remember({.pin = *peer.answer.pin,
                   .name = peer.answer.claim->name,
                   .address = peer.answer.asked.text(),
                   .acquaintance = Acquaintance::proved,
                   .seen = now,
                   .epoch = epoch,
                   .claim = peer.answer.claim});
}

}  // namespace

std::vector<RecognisedPeer> recognise(std::vector<PeerAnswer> answers, const std::vector<Target>& targets,
                                      const Roster& roster) {
  std::vector<RecognisedPeer> peers;
  for (std::size_t at = 0; at < answers.size(); ++at)
    peers.push_back(recognise_one(std::move(answers[at]), targets.at(at), roster));
  return peers;
}

void remember(Roster& roster, const std::vector<RecognisedPeer>& peers, const std::string& epoch, platform::Time now) {
  for (const RecognisedPeer& peer : peers) {
    if (!peer.answer.pin) continue;
    switch (peer.answer.result) {
      case PeerResult::agree: remember_agreement(roster, peer, epoch, now); break;
      case PeerResult::disagree:
        if (peer.known) roster.record_drift(*peer.answer.pin, now);
        break;
      case PeerResult::has_key:
      case PeerResult::no_key:
      case PeerResult::unreachable:
      case PeerResult::untrusted:
      case PeerResult::incompatible:
      case PeerResult::clone:
      case PeerResult::self: break;
    }
    roster.record_result(*peer.answer.pin, name_of(peer.answer.result), now);
  }
  roster.record_verify(now);
}

bool settle(keystore::Record& record, const std::vector<RecognisedPeer>& peers, const Roster& roster,
            const keystore::KeyProof& proof) {
  const keystore::Record before = record;
  std::vector<keystore::FleetClaim> claims;
  for (const RecognisedPeer& peer : peers) {
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

}  // namespace agent
