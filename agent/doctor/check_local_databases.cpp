// SPDX-License-Identifier: ISC
#include "agent/doctor/check_local_databases.h"

#include <string>
#include <string_view>

#include "agent/doctor/comparison.h"
#include "agent/doctor/evidence_facts.h"
#include "agent/doctor/fact_list.h"

namespace agent {

namespace {

// The data directories of one kind, "same" or "different", in a fact like "same /data/db,different /data/blocks".
std::vector<std::string> directories(std::string_view fact, const std::string& kind) {
  std::vector<std::string> found;
  for (const std::string& entry : words_of(fact)) {
    if (!entry.starts_with(kind + " /")) continue;
    if (auto path = unescaped_word(std::string_view(entry).substr(kind.size() + 1))) found.push_back(*std::move(path));
  }
  return found;
}

}  // namespace

std::vector<DoctorFinding> check_local_databases(const Evidence& evidence) {
  std::vector<DoctorFinding> findings;
  for (const HostEvidence& host : evidence.hosts) {
    const auto fact = reported(host, "mongod");
    if (!fact) continue;
    const auto apart = directories(*fact, "different");
    const auto together = directories(*fact, "same");
    if (!apart.empty())
      findings.push_back({.id = "HA311",
                          .result = DoctorResult::note,
                          .object = host.name,
                          .evidence = "data directories whose journal is on another device: " + list_of(apart)});
    else if (!together.empty())
      findings.push_back({.id = "HA311",
                          .result = DoctorResult::ok,
                          .object = host.name,
                          .evidence = "data directories with their journal on the same device: " + list_of(together)});
  }
  return findings;
}

}  // namespace agent
