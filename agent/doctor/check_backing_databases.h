// SPDX-License-Identifier: ISC
// The databases behind Ops Manager's backups: apart from the application database (HA310), there (HA501), and as highly
// available as that (HA502).
#pragma once

#include <vector>

#include "agent/doctor/evidence.h"
#include "agent/doctor/finding.h"

namespace agent {

std::vector<DoctorFinding> check_backing_databases(const Evidence& evidence);

}  // namespace agent
