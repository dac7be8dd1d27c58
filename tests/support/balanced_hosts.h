// SPDX-License-Identifier: ISC
// Evidence of hosts behind a load balancer that does everything right. A test breaks one thing.
#pragma once

#include <string>

#include "agent/doctor/evidence.h"
#include "agent/doctor/finding.h"

namespace agent::support {

inline constexpr const char* balanced_url = "https://om.example.com";

/// Two hosts with web servers, om1 (this one, 10.0.0.1) and om2; the balancer is 10.0.0.9, and gives each request to
/// one after the other. Nothing is cached, and X-Forwarded-For arrives.
Evidence balanced_hosts();

PathProbe& probe_of(Evidence& evidence, ProbedPath path);
/// The log of `host` loses all lines of a path but `kept`.
void keep_lines(Evidence& evidence, const std::string& host, ProbedPath path, std::size_t kept);
/// The only finding with this id. Fails the test if there are none or several.
DoctorFinding only(const std::vector<DoctorFinding>& findings, std::string_view id);
bool has(const std::vector<DoctorFinding>& findings, std::string_view id);

}  // namespace agent::support
