// SPDX-License-Identifier: ISC
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
  // The residents are those whom the roster knows at this address, which need not be those who answered.
  const auto residents = roster.at(target.address.text());
  peer.known = known != nullptr;
  // Best first: the name that it claims itself, then the name known for the pin, then the name that is usual at this
  // address.
  if (peer.answer.claim) {
    peer.name = peer.answer.claim->name;
  } else if (known != nullptr) {
    peer.name = known->name;
  } else if (!residents.empty()) {
    peer.name = residents.front()->name;
  }
  if (!peer.answer.pin) return peer;

  // Somebody unknown answers at a known peer's address: a DNS mistake, a relay, or the same host made anew. Only a
  // proof tells these apart.
  const bool elsewhere = !peer.known && !residents.empty();
  const auto has_another_pin = [&](const Peer* resident) { return resident->pin != *peer.answer.pin; };
  // Removal comes before everything else: even a removed host's proof must not count, since it still has the key.
  if (roster.is_removed(*peer.answer.pin)) {
    peer.answer.result = PeerResult::untrusted;
    peer.answer.detail = "it was removed from this host's peers";
  } else if (elsewhere && has_a_key_without_proof(peer.answer.result)) {
    peer.answer.result = PeerResult::untrusted;
    peer.answer.detail = "it is not the host known for this address, and does not prove the key";
  } else if (peer.answer.result == PeerResult::agree && std::ranges::any_of(residents, has_another_pin)) {
    // With a proof it is a host that was installed anew. People are told, because an attacker who has the key looks the
    // same.
    peer.news = "answers under a new identity, has proved the key, and is known by it from now on";
  }
  return peer;
}

void remember_agreement(Roster& roster, const RecognisedPeer& peer, const std::string& epoch, platform::Time now) {
  // Without a claim there is no name to keep. Agreement always carries one; a damaged report from the child may not.
  if (!peer.answer.claim) return;
  // This host reached the address itself, so the proof moves the entry. An address that a peer merely claims moves
  // nothing.
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
    // Each answer is compared with the roster as it was before the round, so that the order of answers changes nothing.
    peers.push_back(recognise_one(std::move(answers[at]), targets.at(at), roster));
  return peers;
}

void remember(Roster& roster, const std::vector<RecognisedPeer>& peers, const std::string& epoch, platform::Time now) {
  for (const RecognisedPeer& peer : peers) {
    // Without a pin nobody knows whose entry this would be.
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
    // Bad results are kept as well. If only successes were kept, a status would show an old agreement as the present
    // state.
    roster.record_result(*peer.answer.pin, name_of(peer.answer.result), now);
  }
  roster.record_verify(now);
}

bool settle(keystore::Record& record, const std::vector<RecognisedPeer>& peers, const Roster& roster,
            const keystore::KeyProof& proof) {
  const keystore::Record before = record;
  std::vector<keystore::FleetClaim> claims;
  for (const RecognisedPeer& peer : peers) {
    // Only claims under a proof may change the record. Any other claim is a stranger's word about this host's fleet.
    if (peer.answer.result == PeerResult::agree && peer.answer.claim)
      claims.push_back(peer.answer.claim->fleet_claim());
  }
  // Peers that proved this same key to our listener since it was installed count too, even if they are down now.
  for (const Peer* peer : roster.members(record.epoch)) {
    if (peer->claim && !peer->drifted) claims.push_back(peer->claim->fleet_claim());
  }
  // Silence confirms nothing, so the standing stays as it was.
  if (claims.empty()) return false;
  keystore::merge_fleet(record, claims, proof);
  record.standing = Standing::established;
  record.proved_by_peer = true;
  return record != before;
}

}  // namespace agent
