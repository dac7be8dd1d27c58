// SPDX-License-Identifier: ISC
// The tables of the hosts of `doctor` and `fleet`: one row for each, also for one that does not answer.
#pragma once

#include <string>
#include <vector>

#include "agent/doctor/evidence.h"

namespace agent {

/// Columns about which nothing is known are left out. If the rest is too wide for a terminal, the long columns stand
/// below their row.
std::vector<std::string> host_table(const std::vector<HostEvidence>& hosts);
/// The same for `fleet`, with what genkey-agent reports of itself.
std::vector<std::string> fleet_table(const std::vector<HostEvidence>& hosts);
/// Of doctor: the cells of all columns about which something is known, the headings first.
std::vector<std::vector<std::string>> host_cells(const std::vector<HostEvidence>& hosts);

}  // namespace agent
