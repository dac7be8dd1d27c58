// SPDX-License-Identifier: ISC
// The hosts behind the load balancer: whether each gets requests (HA202), whether its web server is healthy (HA208),
// and whether it can be reached without the balancer (HA209). Nothing without BalancerEvidence.
#pragma once

#include <vector>

#include "agent/doctor/evidence.h"
#include "agent/doctor/finding.h"

namespace agent {

std::vector<DoctorFinding> check_pool(const Evidence& evidence);

}  // namespace agent
