// SPDX-License-Identifier: ISC
// Hosts as a table for people: what `verify` found out, and what `peers list` knows.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "agent/fleet/roster.h"
#include "agent/report/report.h"

namespace agent {

/// This host's own row.
struct OwnRow {
  std::string name;
  std::string address;
  keystore::Standing standing = keystore::Standing::provisional;
  std::uint32_t generation = 0;         // 0: not recorded
  std::optional<platform::Time> since;  // when this key came
};

/// A heading, this host, then a row for each of the peers. The roster, after this round, says since when each has had
/// its result.
std::vector<std::string> verify_table(const OwnRow& own, const std::vector<PeerVerdict>& peers, const Roster& roster,
                                      platform::Time now);

/// A heading, and a row for each peer, named address and removal. With `pins` each row has the pin too.
std::vector<std::string> peers_table(const Roster& roster, bool pins, platform::Time now);

}  // namespace agent
