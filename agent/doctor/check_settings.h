// SPDX-License-Identifier: ISC
// HA103, HA104 and HA106: the URL to Access Ops Manager as the files of the hosts set it. Settings that were made in
// Ops Manager's own pages are in its database, so a line that is absent is never a fault.
#pragma once

#include <vector>

#include "agent/doctor/evidence.h"
#include "agent/doctor/finding.h"

namespace agent {

std::vector<DoctorFinding> check_settings(const Evidence& evidence);

}  // namespace agent
