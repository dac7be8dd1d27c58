// SPDX-License-Identifier: ISC
// Whether writes are acknowledged by enough members, now and after one more loss (HA304, HA306), and whether somebody
// changed the defaults of reads and writes (HA313).
#pragma once

#include <string>
#include <vector>

#include "agent/doctor/evidence.h"
#include "agent/doctor/finding.h"
#include "agent/doctor/seen_database.h"

namespace agent {

/// Of the application database.
std::vector<DoctorFinding> check_write_concern(const Evidence& evidence);

/// HA304 and HA306 of any database. Nothing of a standalone.
std::vector<DoctorFinding> write_concern_findings(const Evidence& evidence, const SeenDatabase& seen);

}  // namespace agent
