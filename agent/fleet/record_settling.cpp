// SPDX-License-Identifier: ISC
#include "agent/fleet/record_settling.h"

#include <algorithm>

#include "agent/base/limits.h"
#include "agent/fleet/voters.h"

namespace agent {

namespace {

using keystore::Standing;

// Only claims under a proof may change the record, and only those of hosts that somebody named. A jump beyond the limit
// is ignored: one lie must not use up the generations that `generate --replace` needs.
bool may_change(const keystore::Record& record, const Claim& claim) {
  return claim.generation <= std::uint64_t{record.generation} + limits::generation_jump;
}

}  // namespace

bool settle(keystore::Record& record, const std::vector<PeerVerdict>& peers, const Roster& roster,
            const keystore::KeyProof& proof, bool whole) {
  const keystore::Record before = record;
  std::vector<keystore::FleetClaim> claims;
  bool proved = false;
  const auto hear = [&](const Claim& claim, bool introduced) {
    proved = true;
    if (introduced && may_change(before, claim)) claims.push_back(claim.fleet_claim());
  };
  for (const PeerVerdict& peer : peers) {
    if (peer.agrees() && peer.claim) hear(*peer.claim, peer.is_introduced());
  }
  // Peers that proved this same key to our listener since it was installed count too, even if they are down now.
  for (const Peer* peer : roster.members(record.epoch)) {
    if (peer->claim && !peer->drifted) hear(*peer->claim, is_introduced(*peer));
  }
  // Silence confirms nothing, so the standing stays as it was.
  if (!proved) return false;
  keystore::merge_fleet(record, claims, proof);
  record.standing = Standing::established;
  record.proved_by_peer = true;
  record.settled = record.settled || (whole && most_agree(peers));
  return record != before;
}

const PeerVerdict* healer_among(const std::vector<PeerVerdict>& peers) {
  const auto healer = std::ranges::find_if(peers, [](const PeerVerdict& peer) {
    // A stranger with the same wrong key, or a host that is itself unsure, must not heal a record.
    return peer.agrees() && peer.is_introduced() && peer.standing == Standing::established && peer.claim;
  });
  return healer == peers.end() ? nullptr : &*healer;
}

}  // namespace agent
