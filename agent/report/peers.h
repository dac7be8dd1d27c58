// SPDX-License-Identifier: ISC
// What commands say about peers: one line for each, and one exit code for all of them.
#pragma once

#include <string>
#include <vector>

#include "agent/fleet/peer_verdict.h"
#include "agent/fleet/voters.h"
#include "agent/report/report.h"

namespace agent {

/// "om2 (om2.example.com:27424)"; only the address where no name is known.
std::string named(const PeerVerdict& peer);

/// "om2"; its address where no name is known, or another of these peers has the same.
std::string short_name(const PeerVerdict& peer, const std::vector<PeerVerdict>& peers);

/// "om2 (om2.example.com:27424): agree, established".
std::string describe(const PeerVerdict& peer);

/// The peers without this host itself: "3 of 3 agree" must mean three other hosts.
std::vector<PeerVerdict> without_this_host(const std::vector<PeerVerdict>& peers);

/// Adds lines for people and the report's peers; this host itself is left out.
void tell_peers(Report& report, const std::vector<PeerVerdict>& peers);
/// "2 of 3 peers agree".
std::string describe(const Agreement& agreement);
ExitCode exit_code_for(const PeerVerdict& peer);
ExitCode exit_code_for(const std::vector<PeerVerdict>& peers);

/// Adds a warning if the key is weak.
void warn_of_weakness(Report& report, const keystore::Holding& holding);

}  // namespace agent
