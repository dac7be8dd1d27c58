// SPDX-License-Identifier: ISC
#include "agent/doctor/check_database_members.h"

#include <algorithm>

#include "agent/doctor/comparison.h"
#include "agent/doctor/listed_members.h"
#include "agent/doctor/primary.h"
#include "agent/protocol/address.h"
#include "agent/protocol/numeric_address.h"

namespace agent {

namespace {

using Findings = std::vector<DoctorFinding>;

// One host of Ops Manager with one database process is a test, or is meant to be alone. It works.
bool is_alone(const Evidence& evidence, const DatabaseEvidence& asked) {
  return fleet_of(evidence).size() == 1 && asked.answers.size() == 1 && asked.set.empty();
}

bool was_standalone(const std::vector<HelloAnswer>& answers) {
  return std::ranges::any_of(answers, [](const HelloAnswer& answer) {
    return answer.end == DatabaseEnd::answered && answer.kind == MemberKind::standalone;
  });
}

// HA303 of one host whose list is known.
DoctorFinding list_finding(const HostEvidence& host, const ListedMembers& listed, const SeenDatabase& seen) {
  DoctorFinding finding{.id = "HA303", .object = host.name};
  const std::string count = std::to_string(listed.listed) + " of " + std::to_string(listed.total);
  finding.evidence = "it lists " + count + " members of " + seen.set;
  if (!listed.foreign.empty()) {
    finding.result = DoctorResult::risk;
    finding.evidence += ", and hosts that are not members of it: " + list_of(listed.foreign);
  } else if (listed.missing.size() > listed.unresolved.size()) {
    finding.result = DoctorResult::risk;
    finding.evidence += "; it does not list " + list_of(listed.missing);
  } else if (!listed.missing.empty()) {
    finding.needs =
        "an answer of " + list_of(listed.unresolved) + ", which may be another name of " + list_of(listed.missing);
  } else {
    finding.result = DoctorResult::ok;
    if (!listed.passive.empty())
      finding.evidence += "; members of priority 0 need not be listed: " + list_of(listed.passive);
  }
  return finding;
}

DoctorFinding list_finding(const HostEvidence& host, const Evidence& evidence, const DatabaseEvidence& asked,
                           const SeenDatabase& seen) {
  DoctorFinding finding{.id = "HA303", .object = host.name};
  if (const std::string* part = fact_of(host, "uri.unreadable")) {
    finding.needs = "mongo.mongoUri in conf-mms.properties of " + host.name + " as MongoDB's format demands: the " +
                    *part + " cannot be read";
    return finding;
  }
  finding.needs = needs_members(seen);
  if (!finding.needs.empty()) return finding;
  const auto hosts = list_of_host(host, evidence, asked);
  if (!hosts.empty()) return list_finding(host, listed_members(asked, seen, hosts), seen);
  finding.needs = "a run of doctor on " + host.name +
                  ": its mongo.mongoUri names the members in a way that only that "
                  "host can resolve";
  return finding;
}

// HA303. A host whose facts are missing has a finding of its own.
void check_lists(const Evidence& evidence, const DatabaseEvidence& asked, const SeenDatabase& seen,
                 Findings& findings) {
  if (seen.shape == DatabaseShape::standalone || seen.shape == DatabaseShape::mongos) return;
  for (const HostEvidence* host : fleet_of(evidence)) {
    const bool has_uri = fact_of(*host, "uri.hosts") != nullptr || fact_of(*host, "uri.unreadable") != nullptr;
    if (host->own || (has_uri && seen.shape == DatabaseShape::replica_set))
      findings.push_back(list_finding(*host, evidence, asked, seen));
  }
}

bool is_odd_name(const SeenMember& member) {
  const auto address = parse_address(member.name);
  const std::string host = address ? address->host : member.name;
  return is_numeric({host, 0}) || std::ranges::any_of(host, [](char c) { return c >= 'A' && c <= 'Z'; });
}

// HA312.
void check_names(const SeenDatabase& seen, Findings& findings) {
  if (seen.shape != DatabaseShape::replica_set || seen.members.empty()) return;
  std::vector<std::string> odd;
  for (const SeenMember& member : seen.members) {
    if (is_odd_name(member)) odd.push_back(member.name);
  }
  DoctorFinding finding{.id = "HA312", .result = DoctorResult::ok, .object = seen.object};
  if (!odd.empty()) {
    finding.result = DoctorResult::note;
    finding.evidence = list_of(odd);
  }
  findings.push_back(std::move(finding));
}

std::string evidence_of(const PrimaryLooks& looks) {
  switch (looks.last) {
    case PrimaryLook::answers: return looks.name + " is the primary";
    case PrimaryLook::nobody: return "no member answers this host";
    case PrimaryLook::none_known: return "members answer, and none of them knows a primary";
    case PrimaryLook::silent:
      return "the members name " + looks.name + " as the primary, which does not answer this host";
    case PrimaryLook::unclear: return {};
  }
  __builtin_unreachable();
}

}  // namespace

DoctorFinding replica_set_finding(const Evidence& evidence, const DatabaseEvidence& asked, const SeenDatabase& seen) {
  DoctorFinding finding{.id = "HA301", .object = seen.object};
  switch (seen.shape) {
    case DatabaseShape::unseen: finding.needs = seen.needs; break;
    case DatabaseShape::mongos:
      finding.result = DoctorResult::ok;
      finding.evidence = "it is a sharded cluster, behind a mongos";
      break;
    case DatabaseShape::replica_set:
      finding.result = DoctorResult::ok;
      finding.evidence = seen.set.empty() ? "its members are of a replica set" : "it is the replica set " + seen.set;
      break;
    case DatabaseShape::standalone:
      finding.evidence = seen.members.front().name + " answers, and is of no replica set";
      if (!asked.again.empty() && !(was_standalone(asked.answers) && was_standalone(asked.again))) {
        finding.needs = "a second run: at one of two looks it was of no replica set";
      } else {
        finding.result = is_alone(evidence, asked) ? DoctorResult::risk : DoctorResult::fault;
      }
      break;
  }
  return finding;
}

std::vector<DoctorFinding> primary_findings(const Evidence& evidence, const DatabaseEvidence& asked,
                                            const SeenDatabase& seen) {
  if (seen.shape == DatabaseShape::standalone) return {};
  DoctorFinding finding{.id = "HA305", .object = seen.object};
  const PrimaryLooks looks = look_for_primary(asked, seen.set);
  if (seen.shape == DatabaseShape::mongos || !asked.not_asked.empty() || asked.answers.empty()) {
    finding.needs = needs_members(seen);
  } else if (looks.last == PrimaryLook::answers) {
    finding.result = DoctorResult::ok;
    finding.evidence = evidence_of(looks);
  } else if (looks.last == PrimaryLook::unclear) {
    finding.needs = seen.needs.empty() ? "an answer of every member to this host" : seen.needs;
  } else {
    finding.evidence = evidence_of(looks);
    finding.needs = looks.twice ? needs_ops_manager(evidence, looks.last) : needs_another_look(asked, seen);
    if (finding.needs.empty()) finding.result = DoctorResult::fault;
    if (looks.twice) finding.evidence += ", twice";
  }
  return {finding};
}

std::vector<DoctorFinding> check_database_members(const Evidence& evidence) {
  const DatabaseEvidence* const asked = application_database(evidence);
  if (asked == nullptr) return {};
  const SeenDatabase seen = seen_database(*asked, evidence.facilities);
  Findings findings = {replica_set_finding(evidence, *asked, seen)};
  check_lists(evidence, *asked, seen, findings);
  for (DoctorFinding& finding : primary_findings(evidence, *asked, seen)) findings.push_back(std::move(finding));
  check_names(seen, findings);
  return findings;
}

}  // namespace agent
