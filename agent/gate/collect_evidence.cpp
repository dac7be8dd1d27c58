// SPDX-License-Identifier: ISC
#include "agent/gate/collect_evidence.h"

#include <set>

namespace agent {

std::vector<PeerEvidence> evidence_of(const std::vector<RecognisedPeer>& peers) {
  std::vector<PeerEvidence> evidence;
  std::set<Pin> heard;
  for (const RecognisedPeer& peer : peers) {
    const PeerAnswer& answer = peer.answer;
    // One host must not vote twice through a second address. Answers without a pin cannot be matched, so each of them
    // stays.
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
  // Without a record the defaults stand for a host that belongs to no fleet yet.
  OwnEvidence own{.key = holding.state,
                  .unsafe = unsafe,
                  .has_record = holding.record.has_value(),
                  .is_recorded = holding.is_recorded,
                  .standing = holding.standing()};
  if (!holding.record) return own;
  own.fleet = holding.record->fleet;
  own.generation = holding.record->generation;
  // Taken from the record, which only root writes, and not from the roster, which may be lost.
  own.ever_proved = holding.record->proved_by_peer;
  return own;
}

}  // namespace agent
