// SPDX-License-Identifier: ISC
#include "agent/fleet/voters.h"

#include <algorithm>

namespace agent {

namespace {

// A removed peer does not belong to this fleet, and a copy of this host is not a second host.
bool is_counted(PeerResult result) {
  switch (result) {
    case PeerResult::agree:
    case PeerResult::disagree:
    case PeerResult::has_key:
    case PeerResult::no_key:
    case PeerResult::unreachable:
    case PeerResult::untrusted:
    case PeerResult::incompatible: return true;
    case PeerResult::clone:
    case PeerResult::self:
    case PeerResult::removed: return false;
  }
  __builtin_unreachable();
}

}  // namespace

bool is_voter(const PeerVerdict& peer) { return is_counted(peer.result) && (peer.is_introduced() || peer.is_unmet()); }

std::size_t voters_among(const std::vector<PeerVerdict>& peers) {
  return static_cast<std::size_t>(std::ranges::count_if(peers, is_voter));
}

std::size_t agreeing_voters_among(const std::vector<PeerVerdict>& peers) {
  return static_cast<std::size_t>(
      std::ranges::count_if(peers, [](const PeerVerdict& peer) { return is_voter(peer) && peer.agrees(); }));
}

bool most_agree(const std::vector<PeerVerdict>& peers) {
  const std::size_t agreeing = agreeing_voters_among(peers);
  return agreeing > 0 && (agreeing + 1) * 2 > voters_among(peers) + 1;
}

Agreement agreement_of(const std::vector<PeerVerdict>& peers) {
  Agreement agreement;
  for (const PeerVerdict& peer : peers) {
    agreement.agreeing += peer.agrees() ? 1U : 0U;
    // A host that introduced itself counts only for what it adds: its silence says nothing.
    agreement.all += peer.agrees() || is_voter(peer) ? 1U : 0U;
  }
  return agreement;
}

}  // namespace agent
