// SPDX-License-Identifier: ISC
// Which hosts are asked for their agreement, and how many of them agree. Every number of peers that people see, and
// that the gate weighs, comes from here. Pure.
#pragma once

#include <cstddef>
#include <vector>

#include "agent/fleet/peer_verdict.h"

namespace agent {

/// Whether it is asked for its agreement: hosts that were introduced, and configured addresses where nobody was met.
/// This host, copies of it and removed hosts are not.
bool is_voter(const PeerVerdict& peer);

std::size_t voters_among(const std::vector<PeerVerdict>& peers);
std::size_t agreeing_voters_among(const std::vector<PeerVerdict>& peers);
/// Whether more than half of the hosts in this host's list agree, itself counted, and at least one other. Half is not a
/// majority: each half of a fleet that was cut in two would have one.
bool most_agree(const std::vector<PeerVerdict>& peers);

/// "2 of 3": voters, and others that agree. The number that people see.
struct Agreement {
  std::size_t agreeing = 0;
  std::size_t all = 0;
};
Agreement agreement_of(const std::vector<PeerVerdict>& peers);

}  // namespace agent
