// SPDX-License-Identifier: ISC
// Comparing the hosts of a fleet by one fact.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "agent/doctor/evidence.h"
#include "agent/doctor/finding.h"

namespace agent {

/// What stands for all hosts together as the object of a finding.
inline constexpr std::string_view all_hosts = "all hosts";
DoctorFinding finding_of_all(std::string_view id, DoctorResult result, std::string evidence, std::string needs = {});

/// This host and the introduced peers, whatever they answered.
std::vector<const HostEvidence*> fleet_of(const Evidence& evidence);

/// The value of a fact, or null: the host agrees and reports it, or is this host.
const std::string* fact_of(const HostEvidence& host, std::string_view name);

/// The hosts that have each value, and those of which nobody knows it.
struct Comparison {
  std::map<std::string, std::vector<std::string>, std::less<>> by_value;
  std::vector<std::string> unknown;
};
Comparison compare(const Evidence& evidence, std::string_view name);

/// "om1, om2 and om3"; after four names "and 12 more".
std::string list_of(const std::vector<std::string>& names);

/// Whether the other hosts were asked.
bool has_asked(const Evidence& evidence);

/// Why the fleet cannot be compared as a whole, for `needs` of an unknown finding: "facts from om2 and om3". `unknown`
/// are the hosts without the fact.
std::string needs_facts_of(const Evidence& evidence, const std::vector<std::string>& unknown);

}  // namespace agent
