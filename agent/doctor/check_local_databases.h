// SPDX-License-Identifier: ISC
// HA311: whether data and journal of the databases on a host are on one device, so that one snapshot has both.
#pragma once

#include <vector>

#include "agent/doctor/evidence.h"
#include "agent/doctor/finding.h"

namespace agent {

std::vector<DoctorFinding> check_local_databases(const Evidence& evidence);

}  // namespace agent
