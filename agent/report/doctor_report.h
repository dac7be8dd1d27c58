// SPDX-License-Identifier: ISC
// What a run of doctor found, ready for any format: sorted, counted, and with the exit code that follows from it.
#pragma once

#include <span>
#include <vector>

#include "agent/doctor/catalogue.h"
#include "agent/doctor/evidence.h"
#include "agent/doctor/finding.h"
#include "agent/doctor/last_run.h"
#include "agent/doctor/seen_database.h"
#include "agent/report/exit_code.h"
#include "agent/report/report.h"
#include "platform/base/clock.h"

namespace agent {

struct DoctorReport {
  platform::Time taken{};
  bool complete = false;                // nothing was left out: neither a group nor the network
  std::vector<DoctorFinding> findings;  // the worst first, then by id and object
  std::vector<HostEvidence> hosts;
  std::vector<SeenDatabase> databases;  // the application database first; empty: not asked
};

/// Sorts the findings.
DoctorReport doctor_report(platform::Time taken, bool complete, std::vector<DoctorFinding> findings,
                           std::vector<HostEvidence> hosts, std::vector<SeenDatabase> databases = {});

DoctorCounts counts_of(const std::vector<DoctorFinding>& findings);

/// What `status` says of this run from then on.
DoctorNote note_of(const DoctorReport& report);

/// Of one result: unknown and accepted ones count as nothing.
ExitCode exit_code_for(DoctorResult result);
/// Of all findings and of what each peer answered.
ExitCode exit_code_for(const DoctorReport& report);

/// The members of the JSON object, as agent/report/json.md describes them.
std::vector<OwnMember> doctor_members(const DoctorReport& report);
/// The hosts alone.
OwnMember hosts_member(const std::vector<HostEvidence>& hosts);
/// For --list and --explain.
OwnMember catalogue_member(std::span<const CatalogueEntry> entries);

}  // namespace agent
