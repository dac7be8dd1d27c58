// SPDX-License-Identifier: ISC
// All checks: one line for each theme in checks.cpp.
#pragma once

#include <vector>

#include "agent/doctor/evidence.h"
#include "agent/doctor/finding.h"

namespace agent {

/// In no order. Findings of every group; whoever wants fewer leaves them out.
std::vector<DoctorFinding> all_findings(const Evidence& evidence);

}  // namespace agent
