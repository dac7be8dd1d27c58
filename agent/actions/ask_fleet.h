// SPDX-License-Identifier: ISC
// One look at the whole fleet: the round of `verify` without remembering anything, then facts of the introduced peers
// that agreed, then both as evidence, this host first.
#pragma once

#include <string>
#include <vector>

#include "agent/doctor/evidence.h"
#include "agent/fleet/member.h"

namespace agent {

/// A peer that reported facts, and so can be asked once more.
struct ReportingPeer {
  std::string name;  // HostEvidence::name
  FactsTarget target;
};

struct FleetRound {
  std::vector<PeerVerdict> peers;  // without this host
  Evidence evidence;
  std::vector<ReportingPeer> reporting;
};

/// What is known about this host, without asking anybody. With the key, its settings are digests, as those of peers
/// are.
HostEvidence evidence_about(const Host& host, Facts facts, const keystore::GenKey* key);
/// Pure. `answers` has one for each of `places`, which are places in `peers`.
std::vector<HostEvidence> evidence_about(const std::vector<PeerVerdict>& peers, const std::vector<std::size_t>& places,
                                         const std::vector<FactsAnswer>& answers);

/// Writes nothing: roster and record stay as they are. The member must have a key.
platform::Result<FleetRound> ask_fleet(const Host& host, const Member& member, RosterFile& roster_file);

}  // namespace agent
