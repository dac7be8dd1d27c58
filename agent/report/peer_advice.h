// SPDX-License-Identifier: ISC
// What to do about what peers said, as this user on this host would type it.
#pragma once

#include <vector>

#include "agent/config/host.h"
#include "agent/fleet/peer_verdict.h"
#include "agent/report/report.h"

namespace agent {

/// Adds warnings: one for each result that somebody has to do something about, for the first peer that has it. A
/// hundred silent peers would otherwise bury the one that disagrees.
void advise_about(Report& report, const std::vector<PeerVerdict>& peers, const Host& host);

/// Adds a warning that names the peers which introduced themselves, and the line for the configuration that makes them
/// count.
void name_newcomers(Report& report, const std::vector<PeerVerdict>& peers, const Host& host);

}  // namespace agent
