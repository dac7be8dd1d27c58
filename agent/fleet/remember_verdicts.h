// SPDX-License-Identifier: ISC
// What the roster learns from a round. Pure.
#pragma once

#include <string>
#include <vector>

#include "agent/fleet/peer_verdict.h"
#include "agent/fleet/roster.h"

namespace agent {

/// Enters what was learned into the roster: peers that agree become members, under `epoch`, and each peer keeps its
/// last result, good or bad.
void remember(Roster& roster, const std::vector<PeerVerdict>& peers, const std::string& epoch, platform::Time now);

}  // namespace agent
