// SPDX-License-Identifier: ISC
// What this host knows of its peers without asking: for commands that use no network, and for those that compare what
// they are about to say with what the gate would say. It is as old as the last question.
#pragma once

#include <string>
#include <vector>

#include "agent/fleet/peer_verdict.h"
#include "agent/fleet/roster.h"
#include "agent/protocol/address.h"

namespace agent {

struct LastVerdicts {
  std::vector<PeerVerdict> peers;        // each with the time of its result
  std::vector<std::string> never_asked;  // addresses of peers, and addresses that a person named
};

/// The last result of each peer, good or bad. A peer that was never asked agrees if it has proved the key to this
/// host's listener in `epoch`. `named`: the addresses of the configuration.
LastVerdicts last_verdicts(const Roster& roster, const std::vector<Address>& named, const std::string& epoch);

}  // namespace agent
