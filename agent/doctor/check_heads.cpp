// SPDX-License-Identifier: ISC
#include "agent/doctor/check_heads.h"

#include <algorithm>
#include <map>

#include "agent/doctor/comparison.h"
#include "agent/doctor/head_facts.h"
#include "agent/doctor/mounted_storage.h"
#include "agent/doctor/seen_daemons.h"
#include "platform/base/shell_word.h"

namespace agent {

namespace {

using Findings = std::vector<DoctorFinding>;

struct Head {
  std::string host;   // its name, or the machine's where no host has it
  bool known = true;  // a host of the fleet
  HeadDirectory directory;
};

void add(std::vector<Head>& heads, const std::string& host, bool is_known, HeadDirectory directory) {
  directory.path = without_end_slash(directory.path);
  const bool listed = std::ranges::any_of(
      heads, [&](const Head& head) { return head.host == host && head.directory.path == directory.path; });
  if (!listed) heads.push_back({host, is_known, std::move(directory)});
}

// What the hosts say about their head directories first: Ops Manager knows the paths alone.
std::vector<Head> heads_of(const SeenDaemons& daemons) {
  std::vector<Head> heads;
  for (const HostDaemon& daemon : daemons.hosts) {
    const std::string* const fact = fact_of(*daemon.host, "heads");
    if (fact == nullptr) continue;
    for (HeadDirectory& directory : read_heads(*fact)) add(heads, daemon.host->name, true, std::move(directory));
  }
  for (const ApiDaemon* daemon : daemons.activated) {
    if (daemon->head_directory.empty()) continue;
    const HostDaemon* const host = host_of_machine(daemons, daemon->machine);
    HeadDirectory directory{.path = daemon->head_directory};
    if (host != nullptr) directory.storage = storage_of(*host->host, without_end_slash(directory.path));
    add(heads, host == nullptr ? daemon->machine : host->host->name, host != nullptr, std::move(directory));
  }
  return heads;
}

// HA406, of the hosts together: which of them have one directory of a file server.
void check_shared(const std::vector<Head>& heads, Findings& findings) {
  std::map<std::string, std::vector<std::string>> hosts;
  std::vector<std::string> unknown;
  for (const Head& head : heads) {
    if (!head.directory.storage) unknown.push_back(head.host);
    if (is_on_network(head.directory)) hosts[*head.directory.storage].push_back(head.host);
  }
  if (heads.size() < 2) return;
  bool shared = false;
  for (const auto& [storage, names] : hosts) {
    if (names.size() < 2) continue;
    shared = true;
    findings.push_back({.id = "HA406",
                        .result = DoctorResult::risk,
                        .object = storage,
                        .evidence = "it is the head directory of " + list_of(names)});
  }
  if (shared) return;
  DoctorFinding finding{.id = "HA406", .object = std::string(all_hosts)};
  if (unknown.empty()) {
    finding.result = DoctorResult::ok;
    finding.evidence = std::to_string(heads.size()) + " head directories, all different";
  } else {
    finding.needs = "facts about the mounts of " + list_of(unknown);
  }
  findings.push_back(std::move(finding));
}

constexpr const char* writable_fix =
    "on that host, give the directory to the account of Ops Manager, which is mongodb-mms where a package installed "
    "it, "
    "and let that account pass through the directories above it:\n"
    "  chown mongodb-mms: ";

// HA407.
DoctorFinding head_finding(const Head& head) {
  const HeadDirectory& directory = head.directory;
  DoctorFinding finding{.id = "HA407", .object = head.host + ":" + directory.path};
  if (is_on_network(directory)) {
    finding.result = DoctorResult::risk;
    finding.evidence = "it is on " + *directory.storage;
  } else if (directory.absent) {
    finding.result = DoctorResult::risk;
    finding.evidence = "there is no such directory";
  } else if (!directory.writable.value_or(true)) {
    finding.result = DoctorResult::risk;
    finding.evidence = "the account of Ops Manager may not write there";
    finding.fix = writable_fix + platform::shell_quoted(directory.path);
  } else if (directory.storage && directory.writable) {
    finding.result = DoctorResult::ok;
    finding.evidence = "it is on a disk of its host, and the account of Ops Manager may write there";
  } else {
    finding.needs = "this path in head_directories below [doctor] in genkey-agent.toml on " + head.host;
  }
  return finding;
}

}  // namespace

std::vector<DoctorFinding> check_heads(const Evidence& evidence) {
  Findings findings;
  if (!evidence.api) return findings;
  const SeenDaemons daemons = seen_daemons(evidence);
  if (daemons.use == BackupUse::unused) return findings;
  const auto heads = heads_of(daemons);
  check_shared(heads, findings);
  for (const Head& head : heads) {
    // HA405 is about those of which nobody knows the host.
    if (head.known) findings.push_back(head_finding(head));
  }
  if (!heads.empty() || daemons.activated_known || daemons.use == BackupUse::unknown) return findings;
  findings.push_back({.id = "HA407",
                      .object = std::string(all_hosts),
                      .needs = "the head directories of the backup daemons: head_directories below [doctor] in "
                               "genkey-agent.toml on their hosts, or api_key_file here"});
  return findings;
}

}  // namespace agent
