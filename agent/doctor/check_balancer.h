// SPDX-License-Identifier: ISC
// What the load balancer does with requests: HA201, HA203 and HA205 to HA207. Nothing without BalancerEvidence.
#pragma once

#include <vector>

#include "agent/doctor/evidence.h"
#include "agent/doctor/finding.h"

namespace agent {

std::vector<DoctorFinding> check_balancer(const Evidence& evidence);

}  // namespace agent
