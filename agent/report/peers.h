// SPDX-License-Identifier: ISC
// What commands say about peers: one line for each, and one exit code for all of them.
#pragma once

#include <string>
#include <vector>

#include "agent/fleet/peer_verdict.h"
#include "agent/fleet/voters.h"
#include "agent/report/report.h"

namespace agent {

/// "om2.example.com:27424 (om2): agree, established".
std::string describe(const PeerVerdict& peer);

/// Adds lines for people and the report's peers; this host itself is left out.
void tell_peers(Report& report, const std::vector<PeerVerdict>& peers);
/// "2 of 3 peers agree".
std::string describe(const Agreement& agreement);
ExitCode exit_code_for(const PeerVerdict& peer);
ExitCode exit_code_for(const std::vector<PeerVerdict>& peers);

/// Adds a warning if the key is weak.
void warn_of_weakness(Report& report, const keystore::Holding& holding);

}  // namespace agent
