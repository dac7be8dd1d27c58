// SPDX-License-Identifier: ISC
#include "agent/doctor/check_backing_databases.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <string>

#include "agent/doctor/catalogue.h"
#include "agent/doctor/check_database_members.h"
#include "agent/doctor/check_facilities.h"
#include "agent/doctor/check_write_concern.h"
#include "agent/doctor/primary.h"
#include "agent/doctor/seen_database.h"
#include "platform/base/ascii.h"

namespace agent {

namespace {

using Findings = std::vector<DoctorFinding>;

// By every name that is known of them. All are asked from this host, so one name is one process.
std::set<std::string> processes_of(const DatabaseEvidence& asked, const SeenDatabase& seen) {
  std::set<std::string> names;
  for (std::size_t at = 0; at < asked.answers.size(); ++at) {
    const HelloAnswer& answer = best_answer(asked, at);
    names.insert(platform::lower(answer.asked));
    if (answer.end == DatabaseEnd::answered && !answer.me.empty()) names.insert(platform::lower(answer.me));
  }
  for (const SeenMember& member : seen.members) names.insert(platform::lower(member.name));
  return names;
}

// HA310.
DoctorFinding apart_finding(const DatabaseEvidence& asked, const SeenDatabase& seen, const DatabaseEvidence& other,
                            const SeenDatabase& application) {
  DoctorFinding finding{.id = "HA310", .object = seen.object};
  const auto processes = processes_of(asked, seen);
  const auto theirs = processes_of(other, application);
  const auto both = std::ranges::find_if(processes, [&](const std::string& name) { return theirs.contains(name); });
  if (both != processes.end()) {
    finding.result = DoctorResult::risk;
    finding.evidence = *both + " is a member of both";
  } else if (seen.shape == DatabaseShape::unseen) {
    finding.needs = seen.needs;
  } else if (application.shape == DatabaseShape::unseen) {
    finding.needs = application.needs;
  } else {
    finding.result = DoctorResult::ok;
    finding.evidence = "it has no member in common with the application database";
  }
  return finding;
}

// HA501.
DoctorFinding answer_finding(const Evidence& evidence, const DatabaseEvidence& asked, const SeenDatabase& seen) {
  DoctorFinding finding{.id = "HA501", .object = seen.object};
  const PrimaryLooks looks = look_for_primary(asked, seen.set);
  if (seen.shape != DatabaseShape::unseen) {
    finding.result = DoctorResult::ok;
    finding.evidence = "it answers this host";
  } else if (!asked.not_asked.empty() || looks.last != PrimaryLook::nobody) {
    finding.needs = seen.needs;
  } else {
    finding.evidence = "no member answers this host";
    finding.needs = looks.twice ? needs_ops_manager(evidence) : "a second look at its members";
    if (looks.twice) finding.evidence += ", twice";
    if (finding.needs.empty()) finding.result = DoctorResult::fault;
  }
  return finding;
}

// HA502: one result if all is well, else one for each that is not.
Findings findings_of(const Evidence& evidence, const DatabaseEvidence& asked, const SeenDatabase& seen) {
  if (seen.shape == DatabaseShape::unseen) return {{.id = "HA502", .object = seen.object, .needs = seen.needs}};
  Findings all = {replica_set_finding(evidence, asked, seen)};
  for (auto& more : {primary_findings(evidence, asked, seen), write_concern_findings(evidence, seen),
                     facility_findings(evidence, seen)})
    std::ranges::copy(more, std::back_inserter(all));
  Findings wrong;
  for (DoctorFinding& finding : all) {
    if (finding.result == DoctorResult::ok) continue;
    const CatalogueEntry& entry = entry_for(finding.id);
    if (finding.result != DoctorResult::unknown) {
      finding.evidence = std::string(finding.id) + ", " + std::string(entry.title) + ": " + finding.evidence;
      if (finding.fix.empty()) finding.fix = entry.fix;
    }
    finding.id = "HA502";
    wrong.push_back(std::move(finding));
  }
  if (!wrong.empty()) return wrong;
  return {{.id = "HA502", .result = DoctorResult::ok, .object = seen.object, .evidence = all.front().evidence}};
}

}  // namespace

std::vector<DoctorFinding> check_backing_databases(const Evidence& evidence) {
  Findings findings;
  const DatabaseEvidence* const application = application_database(evidence);
  for (const DatabaseEvidence& asked : evidence.databases) {
    if (is_application(asked)) continue;
    const SeenDatabase seen = seen_database(asked, evidence.facilities);
    if (application != nullptr)
      findings.push_back(apart_finding(asked, seen, *application, seen_database(*application, evidence.facilities)));
    findings.push_back(answer_finding(evidence, asked, seen));
    std::ranges::move(findings_of(evidence, asked, seen), std::back_inserter(findings));
  }
  return findings;
}

}  // namespace agent
