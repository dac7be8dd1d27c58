// SPDX-License-Identifier: ISC
#include "agent/doctor/check_backing_databases.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <sstream>
#include <string>
#include <string_view>

#include "agent/doctor/catalogue.h"
#include "agent/doctor/check_database_members.h"
#include "agent/doctor/check_facilities.h"
#include "agent/doctor/check_write_concern.h"
#include "agent/doctor/listed_members.h"
#include "agent/doctor/primary.h"
#include "agent/doctor/seen_daemons.h"
#include "agent/doctor/seen_database.h"
#include "agent/protocol/address.h"
#include "agent/protocol/numeric_address.h"
#include "platform/base/ascii.h"

namespace agent {

namespace {

using Findings = std::vector<DoctorFinding>;

std::string connection_of(const HelloAnswer& answer) {
  const auto asked = parse_address(answer.asked);
  const auto ip = canonical_ip(answer.address);
  return asked && ip ? Address{*ip, asked->port}.text() : "";
}

// By every name that is known of them. All are asked from this host, so one name is one process, except for loopback
// names that a member has for itself: those are of its own machine. Its connection stands for them.
std::set<std::string> processes_of(const DatabaseEvidence& asked, const SeenDatabase& seen) {
  std::set<std::string> names;
  for (std::size_t at = 0; at < asked.answers.size(); ++at) {
    const HelloAnswer& answer = best_answer(asked, at);
    if (!answer.listed && names_loopback(answer.asked)) continue;
    names.insert(platform::lower(answer.asked));
    if (answer.end != DatabaseEnd::answered || answer.me.empty()) continue;
    names.insert(names_loopback(answer.me) ? connection_of(answer) : platform::lower(answer.me));
  }
  for (const SeenMember& member : seen.members) {
    if (!names_loopback(member.name)) names.insert(platform::lower(member.name));
  }
  names.erase("");
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
    finding.needs = looks.twice ? needs_ops_manager(evidence, looks.last) : needs_another_look(asked, seen);
    if (looks.twice) finding.evidence += ", twice";
    if (finding.needs.empty()) finding.result = DoctorResult::fault;
  }
  return finding;
}

// The catalogue's rows are about the application database: the title of HA301 names it, and some fixes change
// mongo.mongoUri. Whoever did that for a store would make Ops Manager use it as the application database.
constexpr std::string_view standalone_title = "it is not a replica set";
constexpr std::string_view standalone_fix =
    "convert it to a replica set as genkey-agent doctor --explain HA301 describes, with a replSetName of its own\n"
    "enter all three members for this store in Ops Manager, under Admin, Backup";
constexpr std::string_view new_list =
    "stop mongod on each machine that left the set, and enter the new list of members for this store in Ops Manager, "
    "under Admin, Backup";
constexpr std::string_view leave_uri = "leave mongo.mongoUri as it is: it names the application database";

void add_line(std::string& text, std::string_view line) { text.append(text.empty() ? "" : "\n").append(line); }

// Without the instructions about mongo.mongoUri, and the commands that belong to them.
std::string fix_of_store(std::string_view fix) {
  std::string kept;
  bool left_out = false;
  bool leaves_out = false;
  std::istringstream lines{std::string(fix)};
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("  ")) leaves_out = line.find("mongo.mongoUri") != std::string::npos;
    left_out |= leaves_out;
    if (!leaves_out) add_line(kept, line);
  }
  if (left_out) add_line(kept, new_list);
  // What --explain shows is about the application database, too.
  if (left_out || fix.find("--explain") != std::string_view::npos) add_line(kept, leave_uri);
  return kept;
}

void name_as_part(DoctorFinding& finding) {
  const CatalogueEntry& entry = entry_for(finding.id);
  const bool is_standalone = finding.id == "HA301";
  const std::string title(is_standalone ? standalone_title : entry.title);
  finding.evidence = std::string(finding.id) + ", " + title + ": " + finding.evidence;
  finding.fix = fix_of_store(is_standalone ? standalone_fix : finding.fix.empty() ? entry.fix : finding.fix);
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
    if (finding.result != DoctorResult::unknown) name_as_part(finding);
    finding.id = "HA502";
    wrong.push_back(std::move(finding));
  }
  if (!wrong.empty()) return wrong;
  return {{.id = "HA502", .result = DoctorResult::ok, .object = seen.object, .evidence = all.front().evidence}};
}

constexpr const char* databases_are_missing =
    "the databases of the backups: backing_databases or api_key_file below [doctor] in genkey-agent.toml";

// Backups may be used, and neither the configuration nor the API says where they are.
bool nobody_named_any(const Evidence& evidence) {
  const bool named = std::ranges::any_of(evidence.databases, [](const auto& each) { return !is_application(each); });
  if (named || !evidence.api || seen_daemons(evidence).use == BackupUse::unused) return false;
  return evidence.api->reply.end_of(ApiList::snapshot_databases) != ApiEnd::answered;
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
  if (nobody_named_any(evidence)) {
    for (const char* id : {"HA501", "HA502"})
      findings.push_back({.id = id, .object = "stores of the backups", .needs = databases_are_missing});
  }
  return findings;
}

}  // namespace agent
