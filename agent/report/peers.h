// What commands say of peers: one line for each, and the exit code that all of them come to.
#pragma once

#include <string>
#include <vector>

#include "agent/fleet/peer_verdict.h"
#include "agent/report/report.h"

namespace agent {

/// "om2.example.com:27424 (om2): agree, established".
std::string describe(const RecognisedPeer& peer);

/// Lines for people, and the report's peers: all but this host itself.
void tell_peers(Report& report, const std::vector<RecognisedPeer>& peers);
ExitCode exit_code_for(const std::vector<RecognisedPeer>& peers);

/// A warning for a weak key; nothing for another, or without a key.
void warn_of_weakness(Report& report, const keystore::Holding& holding);

}  // namespace agent
