// SPDX-License-Identifier: ISC
// HA302: whether all hosts name one application database, by what their settings say, and by the names that the members
// give themselves where they answer this host.
#pragma once

#include <vector>

#include "agent/doctor/evidence.h"
#include "agent/doctor/finding.h"

namespace agent {

std::vector<DoctorFinding> check_same_database(const Evidence& evidence);

}  // namespace agent
