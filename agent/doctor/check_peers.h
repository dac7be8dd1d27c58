// SPDX-License-Identifier: ISC
// HA001, HA002 and HA003: whether every peer answers, proves the key, and reports what hosts are compared by.
#pragma once

#include <vector>

#include "agent/doctor/evidence.h"
#include "agent/doctor/finding.h"

namespace agent {

std::vector<DoctorFinding> check_peers(const Evidence& evidence);

}  // namespace agent
