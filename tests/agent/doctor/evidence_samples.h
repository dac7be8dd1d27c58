// SPDX-License-Identifier: ISC
// Evidence of hosts as the checks get it, and the findings of one id.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "agent/doctor/evidence.h"
#include "agent/doctor/finding.h"

namespace tests {

inline agent::HostEvidence own_host(const std::string& name, agent::Facts facts) {
  facts.emplace("names", name);
  return {.name = name,
          .address = name + ":27424",
          .own = true,
          .result = agent::PeerResult::self,
          .facts = std::move(facts)};
}

inline agent::HostEvidence peer(const std::string& name, agent::Facts facts,
                                agent::PeerResult result = agent::PeerResult::agree) {
  auto host = own_host(name, std::move(facts));
  host.own = false;
  host.result = result;
  return host;
}

inline std::vector<agent::DoctorFinding> of_id(const std::vector<agent::DoctorFinding>& findings, std::string_view id) {
  std::vector<agent::DoctorFinding> found;
  for (const auto& finding : findings) {
    if (finding.id == id) found.push_back(finding);
  }
  return found;
}

}  // namespace tests
