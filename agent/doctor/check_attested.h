// SPDX-License-Identifier: ISC
// What nothing on the hosts shows (HA801, HA802). It stays unknown until a person attests it in the configuration.
#pragma once

#include <vector>

#include "agent/doctor/evidence.h"
#include "agent/doctor/finding.h"

namespace agent {

std::vector<DoctorFinding> check_attested(const Evidence& evidence);

}  // namespace agent
