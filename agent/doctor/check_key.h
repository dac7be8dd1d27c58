// SPDX-License-Identifier: ISC
// HA602, HA603 and HA703: what keeps the key from being lost, or from being replaced by a wrong one unnoticed.
#pragma once

#include <vector>

#include "agent/doctor/evidence.h"
#include "agent/doctor/finding.h"

namespace agent {

std::vector<DoctorFinding> check_key(const Evidence& evidence);

}  // namespace agent
