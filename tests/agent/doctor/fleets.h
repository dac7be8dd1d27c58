// SPDX-License-Identifier: ISC
// Fleets as doctor sees them, for tests: om1 is this host.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "agent/doctor/evidence.h"
#include "agent/doctor/finding.h"

namespace tests {

inline agent::HostEvidence host_with(std::string name, agent::Facts facts) {
  const bool own = name == "om1";
  return {.name = name,
          .address = name + ":27424",
          .own = own,
          .result = own ? agent::PeerResult::self : agent::PeerResult::agree,
          .facts = std::move(facts),
          .age = std::chrono::milliseconds(0)};
}

/// A peer that agrees and reports nothing, or answers as `result` says.
inline agent::HostEvidence silent(std::string name, agent::PeerResult result = agent::PeerResult::agree) {
  return {.name = name, .address = name + ":27424", .result = result};
}

/// om1, om2, ... with these facts.
inline agent::Evidence fleet_with(const std::vector<agent::Facts>& facts) {
  agent::Evidence evidence;
  for (const agent::Facts& one : facts)
    evidence.hosts.push_back(host_with("om" + std::to_string(evidence.hosts.size() + 1), one));
  return evidence;
}

/// The findings with this id.
inline std::vector<agent::DoctorFinding> with_id(std::vector<agent::DoctorFinding> findings, std::string_view id) {
  std::erase_if(findings, [&](const agent::DoctorFinding& one) { return one.id != id; });
  return findings;
}

}  // namespace tests
