// SPDX-License-Identifier: ISC
#include "agent/doctor/check_stores.h"

#include <algorithm>
#include <initializer_list>
#include <map>

#include "agent/doctor/comparison.h"
#include "agent/doctor/mounted_storage.h"
#include "agent/doctor/seen_daemons.h"

namespace agent {

namespace {

using Findings = std::vector<DoctorFinding>;

bool is_s3(const ApiStore& store) { return store.list == ApiList::s3_snapshots || store.list == ApiList::s3_oplogs; }

// The first of these lists that is not known, as what a person can provide; empty when all are.
std::string needs_of(const ApiEvidence& api, std::initializer_list<ApiList> lists) {
  for (const ApiList list : lists) {
    const ApiEnd end = api.reply.end_of(list);
    // An older version has no such stores.
    if (!api.not_asked.empty() || (end != ApiEnd::answered && end != ApiEnd::absent)) return needs_of_api(api, list);
  }
  return "";
}

void add_unknown(std::string_view id, const std::string& needs, Findings& findings) {
  findings.push_back({.id = id, .object = "stores of the backups", .needs = needs});
}

// HA503.
void check_s3(const ApiEvidence& api, Findings& findings) {
  if (const auto needs = needs_of(api, {ApiList::s3_snapshots, ApiList::s3_oplogs}); !needs.empty())
    add_unknown("HA503", needs, findings);
  for (const ApiStore& store : api.reply.stores) {
    if (is_s3(store)) findings.push_back({.id = "HA503", .object = store.id, .needs = needs_attestation});
  }
}

// HA504. A host that serves restores or runs a daemon needs the files, so each host of the fleet counts.
DoctorFinding file_system_finding(const Evidence& evidence, const ApiStore& store) {
  DoctorFinding finding{.id = "HA504", .object = store.id};
  std::map<std::string, std::vector<std::string>> hosts;
  std::vector<std::string> unknown;
  for (const HostEvidence* host : fleet_of(evidence)) {
    const auto storage = storage_of(*host, store.path);
    if (storage) hosts[*storage].push_back(host->name);
    if (!storage) unknown.push_back(host->name);
  }
  std::string seen;
  for (const auto& [storage, names] : hosts) {
    const bool local = storage == local_storage;
    seen += (seen.empty() ? "" : "; ") + (local ? "a disk of the host itself" : storage) + " on " + list_of(names);
  }
  finding.evidence = store.path + " is " + seen;
  const bool several =
      hosts.size() > 1 || (hosts.contains(std::string(local_storage)) && hosts.begin()->second.size() > 1);
  if (several) {
    finding.result = DoctorResult::risk;
  } else if (!unknown.empty() || !has_asked(evidence)) {
    finding.needs = needs_facts_of(evidence, unknown);
  } else {
    finding.result = DoctorResult::ok;
  }
  return finding;
}

void check_file_systems(const Evidence& evidence, Findings& findings) {
  if (const auto needs = needs_of(*evidence.api, {ApiList::file_systems}); !needs.empty())
    add_unknown("HA504", needs, findings);
  // One host has nobody to share with.
  if (fleet_of(evidence).size() < 2) return;
  for (const ApiStore& store : evidence.api->reply.stores) {
    if (store.list == ApiList::file_systems) findings.push_back(file_system_finding(evidence, store));
  }
}

std::string members_of(const ApiStore& store) {
  std::vector<std::string> members;
  for (const Address& host : store.hosts) members.push_back(host.text());
  const std::string labels = "labels " + list_of(store.labels);
  return members.empty() ? labels : labels + "; members " + list_of(members);
}

// HA505.
void check_labels(const ApiEvidence& api, Findings& findings) {
  if (const auto needs = needs_of(api, {ApiList::snapshot_databases, ApiList::s3_snapshots, ApiList::file_systems,
                                        ApiList::oplog_databases, ApiList::sync_databases});
      !needs.empty())
    add_unknown("HA505", needs, findings);
  const bool labelled =
      std::ranges::any_of(api.reply.stores, [](const ApiStore& store) { return !store.labels.empty(); });
  // A project can be bound to a store without a label, too.
  if (!labelled && api.reply.bound_projects > 0) add_unknown("HA505", needs_attestation, findings);
  for (const ApiStore& store : api.reply.stores) {
    if (store.labels.empty()) continue;
    findings.push_back({.id = "HA505", .object = store.id, .evidence = members_of(store), .needs = needs_attestation});
  }
}

}  // namespace

std::vector<DoctorFinding> check_stores(const Evidence& evidence) {
  Findings findings;
  if (!evidence.api) return findings;
  if (seen_daemons(evidence).use == BackupUse::unused) return findings;
  check_s3(*evidence.api, findings);
  check_file_systems(evidence, findings);
  check_labels(*evidence.api, findings);
  return findings;
}

}  // namespace agent
