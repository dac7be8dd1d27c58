// SPDX-License-Identifier: ISC
// The table of the members of all databases: one row for each, also for one that does not answer.
#pragma once

#include <string>
#include <vector>

#include "agent/doctor/evidence.h"
#include "agent/doctor/seen_database.h"

namespace agent {

/// Columns about which nothing is known are left out. If the rest is too wide for a terminal, it stands below its row.
/// Empty: no database was asked.
std::vector<std::string> database_table(const std::vector<SeenDatabase>& databases);

/// The cells of all columns about which something is known, the headings first.
std::vector<std::vector<std::string>> database_cells(const std::vector<SeenDatabase>& databases);

/// The hosts, with "appdb (lists 3 of 3 members)" as their database where it is known how many of its members they
/// list.
std::vector<HostEvidence> with_lists(std::vector<HostEvidence> hosts, const std::vector<SeenDatabase>& databases);

}  // namespace agent
