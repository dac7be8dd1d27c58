// SPDX-License-Identifier: ISC
#include "agent/fleet/last_verdicts.h"

#include <algorithm>

namespace agent {

namespace {

// Whether the peer itself gave this result. Who answered in its place, if anybody, is not kept.
bool has_answered(PeerResult result) {
  switch (result) {
    case PeerResult::agree:
    case PeerResult::disagree:
    case PeerResult::has_key:
    case PeerResult::no_key:
    case PeerResult::clone: return true;
    case PeerResult::unreachable:
    case PeerResult::untrusted:
    case PeerResult::incompatible:
    case PeerResult::self:
    case PeerResult::removed: return false;
  }
  __builtin_unreachable();
}

PeerVerdict verdict_of(const Peer& peer, const LastResult& last) {
  PeerVerdict verdict{.address = peer.address(),
                      .result = last.result,
                      .pin = peer.pin,
                      .shown = has_answered(last.result) ? std::optional(peer.pin) : std::nullopt,
                      .introduced_by = peer.introduced_by,
                      .name = peer.name,
                      .claim = last.claim,
                      .standing = last.standing};
  verdict.when = last.when;
  verdict.since = last.since;
  // What it said with its proof is kept with the peer, and not a second time with the result.
  if (last.result != PeerResult::agree || !peer.claim) return verdict;
  verdict.claim = peer.claim;
  verdict.standing = peer.claim->standing;
  return verdict;
}

// A proof to this host's listener is as good as an answer, as long as the key is the same.
std::optional<LastResult> last_of(const Peer& peer, const std::string& epoch) {
  if (peer.last) return peer.last;
  const bool proved = !peer.epoch.empty() && peer.epoch == epoch && !peer.drifted;
  return proved ? std::optional(LastResult{.result = PeerResult::agree, .when = peer.seen}) : std::nullopt;
}

void add_peer(const Peer& peer, const std::string& epoch, LastVerdicts& last) {
  if (const auto result = last_of(peer, epoch)) {
    last.peers.push_back(verdict_of(peer, *result));
  } else if (is_introduced(peer)) {
    last.never_asked.push_back(peer.address());
  }
}

void add_named(const Roster& roster, const std::string& address, LastVerdicts& last) {
  if (roster.owner_of(address) != nullptr) return;
  PeerVerdict verdict{.address = address};
  const auto unmet = roster.unmet().find(address);
  if (const Removed* removal = roster.removal_of(address)) {
    verdict.result = PeerResult::removed;
    verdict.pin = removal->pin;
    verdict.name = removal->name;
  } else if (unmet != roster.unmet().end()) {
    verdict.result = unmet->second.result;
    verdict.when = unmet->second.when;
    verdict.since = unmet->second.since;
    verdict.standing = unmet->second.standing;
  } else {
    return last.never_asked.push_back(address);
  }
  last.peers.push_back(std::move(verdict));
}

}  // namespace

LastVerdicts last_verdicts(const Roster& roster, const std::vector<Address>& named, const std::string& epoch) {
  LastVerdicts last;
  for (const Peer& peer : roster.peers()) add_peer(peer, epoch, last);
  for (const Address& address : named) add_named(roster, address.text(), last);
  for (const std::string& address : roster.addresses()) add_named(roster, address, last);
  return last;
}

}  // namespace agent
