// SPDX-License-Identifier: ISC
// Where the members of a replica set are: the majority of votes (HA307) and the electable members (HA308) in the
// facility of Ops Manager, and not all of it on one machine (HA309).
#pragma once

#include <vector>

#include "agent/doctor/evidence.h"
#include "agent/doctor/finding.h"
#include "agent/doctor/seen_database.h"

namespace agent {

/// Of the application database, and HA309 of the hosts of Ops Manager.
std::vector<DoctorFinding> check_facilities(const Evidence& evidence);

/// HA307 to HA309 of any database. Nothing of a standalone, or of a set of one member.
std::vector<DoctorFinding> facility_findings(const Evidence& evidence, const SeenDatabase& seen);

}  // namespace agent
