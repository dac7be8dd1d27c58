// SPDX-License-Identifier: ISC
#include "agent/doctor/check_key.h"

#include <algorithm>

#include "agent/doctor/evidence_facts.h"
#include "agent/doctor/fact_list.h"

namespace agent {

namespace {

constexpr std::string_view local = "local";
constexpr std::string_view absent = " absent";

std::optional<std::string> storage_of(const HostEvidence& host) { return reported(host, "key.fs"); }

bool is_unreadable(const HostEvidence& host) {
  const auto record = reported(host, "key.record");
  return record && *record != "read" && *record != "absent";
}

DoctorFinding unknown(std::string_view id, const HostEvidence& host, std::string needs) {
  return {.id = id, .result = DoctorResult::unknown, .object = host.name, .needs = std::move(needs)};
}

void check_mount(const Evidence& evidence, const HostEvidence& host, std::vector<DoctorFinding>& findings) {
  const auto storage = storage_of(host);
  // A host that reports neither has not collected its facts, or has an older version.
  if (!storage && !reported(host, "key.record")) return;
  if (!storage && is_unreadable(host)) return findings.push_back(unknown("HA602", host, needs_for_record(host)));
  if (!storage)
    return findings.push_back(
        unknown("HA602", host,
                "the path of the key file on " + host.name + " and its mounts; run genkey-agent status there as root"));
  DoctorFinding found{.id = "HA602", .result = DoctorResult::ok, .object = host.name};
  const bool others_local =
      std::ranges::any_of(evidence.hosts, [&](const HostEvidence& other) { return has_fact(other, "key.fs", local); });
  if (storage->ends_with(absent)) {
    found.result = DoctorResult::fault;
    found.evidence =
        "the key file belongs on " + storage->substr(0, storage->size() - absent.size()) + ", which is not mounted";
  } else if (*storage != local && others_local) {
    found.result = DoctorResult::note;
    found.evidence = "the key file is on " + *storage + ", and other hosts have theirs on a disk of their own";
  }
  findings.push_back(std::move(found));
}

std::string sentence_of(const std::string& state) {
  if (state == "stale") return "no fresh copy is known at one of the destinations";
  if (state == "drill-stale") return "nobody has opened a copy for a long time";
  if (state == "settings-stale") return "no fresh copy of Ops Manager's settings is known";
  return state;
}

bool is_backed_up(const HostEvidence& host) { return has_fact(host, "backup.state", ""); }

// A key is the same on every host, so the copies of one host are copies of all.
void check_backup(const Evidence& evidence, const HostEvidence& host, std::vector<DoctorFinding>& findings) {
  const auto state = reported(host, "backup.state");
  if (!state && is_unreadable(host)) findings.push_back(unknown("HA603", host, needs_for_record(host)));
  if (!state) return;
  DoctorFinding found{.id = "HA603", .result = DoctorResult::ok, .object = host.name};
  const bool unconfigured = *state == "unconfigured";
  if (unconfigured && std::ranges::any_of(evidence.hosts, is_backed_up)) return;
  if (unconfigured) {
    found.result = DoctorResult::risk;
    found.evidence = "[backup] has no destination, or neither recipients nor certificates";
  } else if (!state->empty()) {
    found.result = DoctorResult::risk;
    for (const std::string& word : words_of(*state))
      found.evidence += (found.evidence.empty() ? "" : "; ") + sentence_of(word);
    found.fix = *state == "drill-stale"
                    ? "open a copy with your identity, for a test:\n  genkey-agent backup drill -i IDENTITY"
                    : "make a copy now, then open it for a test:\n  genkey-agent backup\n  "
                      "genkey-agent backup drill -i IDENTITY";
  }
  findings.push_back(std::move(found));
}

void check_preflight(const HostEvidence& host, std::vector<DoctorFinding>& findings) {
  const auto preflight = reported(host, "preflight");
  const auto settings = reported(host, "settings");
  DoctorFinding found{.id = "HA703", .result = DoctorResult::ok, .object = host.name};
  if (preflight && *preflight != "on") {
    found.result = DoctorResult::risk;
    found.evidence = "conf-mms.properties sets mms.preflight.run to something other than true";
  } else if (!preflight && settings && *settings != "absent") {
    found.result = DoctorResult::unknown;
    found.needs = needs_for_settings(host);
  } else if (!preflight) {
    return;
  }
  findings.push_back(std::move(found));
}

}  // namespace

std::vector<DoctorFinding> check_key(const Evidence& evidence) {
  std::vector<DoctorFinding> findings;
  for (const HostEvidence& host : evidence.hosts) {
    check_mount(evidence, host, findings);
    check_backup(evidence, host, findings);
    check_preflight(host, findings);
  }
  return findings;
}

}  // namespace agent
