// SPDX-License-Identifier: ISC
#include "agent/fleet/remember_verdicts.h"

#include <algorithm>

namespace agent {

namespace {

void remember_agreement(Roster& roster, const PeerVerdict& peer, const std::string& epoch, platform::Time now) {
  // This host reached the addresses itself, so they are the peer's, unless they have an owner who was not replaced.
  roster.remember({.pin = *peer.pin,
                   .name = peer.claim->name,
                   .addresses = peer.proved_at,
                   .claimed = peer.claim->address,
                   .introduced_by = *peer.introduced_by,
                   .seen = now,
                   .epoch = epoch,
                   .claim = peer.claim,
                   .last = LastResult{.result = peer.result, .when = now}});
}

// The host at this address was made anew. Its former pin leaves the roster, unless it proved the key elsewhere.
void move_addresses(Roster& roster, const PeerVerdict& peer, const std::vector<PeerVerdict>& all) {
  if (!peer.replaces) return;
  for (const std::string& address : peer.proved_at) roster.move_address(address, *peer.pin);
  const bool lives =
      std::ranges::any_of(all, [&](const PeerVerdict& other) { return other.pin == peer.replaces && other.agrees(); });
  if (!lives) roster.retire(*peer.replaces);
}

// With what the gate would weigh, so that commands which ask nobody come to the same opinion.
LastResult result_of(const PeerVerdict& peer, platform::Time now) {
  LastResult last{.result = peer.result, .when = now};
  if (!shows_standing(peer.result)) return last;
  last.standing = peer.standing;
  last.claim = peer.claim;
  return last;
}

bool has_answered(const PeerVerdict& peer) { return peer.shown.has_value() && !peer.is_stranger(); }

}  // namespace

void remember(Roster& roster, const std::vector<PeerVerdict>& peers, const std::string& epoch, platform::Time now) {
  for (const PeerVerdict& peer : peers) {
    if (peer.result == PeerResult::removed) continue;
    if (!peer.pin) {
      roster.record_result(peer.address, result_of(peer, now));
    } else if (peer.agrees() && peer.claim) {
      remember_agreement(roster, peer, epoch, now);
      move_addresses(roster, peer, peers);
    } else {
      if (peer.result == PeerResult::disagree) roster.record_drift(*peer.pin, now);
      // Bad results as well. If only successes were kept, a status would show an old agreement as the present state.
      roster.record_result(*peer.pin, result_of(peer, now), has_answered(peer));
    }
  }
  roster.record_verify(now);
}

}  // namespace agent
