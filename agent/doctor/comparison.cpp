// SPDX-License-Identifier: ISC
#include "agent/doctor/comparison.h"

#include <utility>

namespace agent {

namespace {

constexpr std::size_t names_in_a_list = 4;

}  // namespace

DoctorFinding finding_of_all(std::string_view id, DoctorResult result, std::string evidence, std::string needs) {
  return {.id = id,
          .result = result,
          .object = std::string(all_hosts),
          .evidence = std::move(evidence),
          .needs = std::move(needs)};
}

std::vector<const HostEvidence*> fleet_of(const Evidence& evidence) {
  std::vector<const HostEvidence*> hosts;
  for (const HostEvidence& host : evidence.hosts) {
    // Nobody named it, or a person took it back. What it says about itself is not held against anybody.
    if (host.own || (host.introduced && host.result != PeerResult::removed)) hosts.push_back(&host);
  }
  return hosts;
}

const std::string* fact_of(const HostEvidence& host, std::string_view name) {
  const bool counts = host.own || host.result == PeerResult::agree;
  return counts && host.facts ? fact_in(*host.facts, name) : nullptr;
}

Comparison compare(const Evidence& evidence, std::string_view name) {
  Comparison comparison;
  for (const HostEvidence* host : fleet_of(evidence)) {
    const std::string* value = fact_of(*host, name);
    (value != nullptr ? comparison.by_value[*value] : comparison.unknown).push_back(host->name);
  }
  return comparison;
}

std::string list_of(const std::vector<std::string>& names) {
  const std::size_t shown = names.size() <= names_in_a_list ? names.size() : names_in_a_list - 1;
  std::string text;
  for (std::size_t at = 0; at < shown; ++at) {
    const bool last = at + 1 == names.size();
    text += (at == 0 ? "" : last ? " and " : ", ") + names[at];
  }
  return shown == names.size() ? text : text + " and " + std::to_string(names.size() - shown) + " more";
}

bool has_asked(const Evidence& evidence) { return !evidence.offline && evidence.not_asked.empty(); }

std::string needs_facts_of(const Evidence& evidence, const std::vector<std::string>& unknown) {
  if (evidence.offline) return "the other hosts: leave out --offline";
  if (!evidence.not_asked.empty()) return "the other hosts: " + evidence.not_asked;
  return "facts from " + list_of(unknown);
}

}  // namespace agent
