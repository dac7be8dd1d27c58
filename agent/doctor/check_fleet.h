// SPDX-License-Identifier: ISC
// HA101, HA102, HA107, HA108 and HA601: what the hosts of one installation must have in common, and must not.
#pragma once

#include <vector>

#include "agent/doctor/evidence.h"
#include "agent/doctor/finding.h"

namespace agent {

std::vector<DoctorFinding> check_fleet(const Evidence& evidence);

}  // namespace agent
