// SPDX-License-Identifier: ISC
// The members of a database: whether it is a replica set (HA301), whether mongo.mongoUri lists them (HA303), whether
// there is a primary (HA305), and their names (HA312).
#pragma once

#include <vector>

#include "agent/doctor/evidence.h"
#include "agent/doctor/finding.h"
#include "agent/doctor/seen_database.h"

namespace agent {

/// Of the application database.
std::vector<DoctorFinding> check_database_members(const Evidence& evidence);

/// HA301 of any database.
DoctorFinding replica_set_finding(const Evidence& evidence, const DatabaseEvidence& asked, const SeenDatabase& seen);
/// HA305 of any database. Nothing of one that has no primary by its kind.
std::vector<DoctorFinding> primary_findings(const Evidence& evidence, const DatabaseEvidence& asked,
                                            const SeenDatabase& seen);

}  // namespace agent
