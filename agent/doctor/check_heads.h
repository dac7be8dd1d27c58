// SPDX-License-Identifier: ISC
// HA406 and HA407: the head directories of the backup daemons.
#pragma once

#include <vector>

#include "agent/doctor/evidence.h"
#include "agent/doctor/finding.h"

namespace agent {

std::vector<DoctorFinding> check_heads(const Evidence& evidence);

}  // namespace agent
