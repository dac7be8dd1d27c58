// SPDX-License-Identifier: ISC
// HA401 to HA407: the backup daemons of the hosts.
#pragma once

#include <vector>

#include "agent/doctor/evidence.h"
#include "agent/doctor/finding.h"

namespace agent {

std::vector<DoctorFinding> check_daemons(const Evidence& evidence);

}  // namespace agent
