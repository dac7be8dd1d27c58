// SPDX-License-Identifier: ISC
// HA503 to HA505: stores of backups that are not only databases, as Ops Manager's API lists them. Their databases are
// in check_backing_databases.h.
#pragma once

#include <vector>

#include "agent/doctor/evidence.h"
#include "agent/doctor/finding.h"

namespace agent {

std::vector<DoctorFinding> check_stores(const Evidence& evidence);

}  // namespace agent
