// SPDX-License-Identifier: ISC
#include "agent/doctor/apply_settings.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "agent/base/nearest_word.h"
#include "agent/doctor/catalogue.h"

namespace agent {

namespace {

void attest(DoctorFinding& finding, const AttestedFinding& attested, platform::Time now) {
  const auto today = std::chrono::floor<std::chrono::days>(now);
  const std::string date = attested.text.substr(0, attested.text.find(' '));
  // A day ahead is another time zone.
  if (attested.date > today + std::chrono::days(1)) {
    finding.needs = "a date in [doctor.attested] that is not in the future: " + date;
  } else if (today - attested.date > attested_for) {
    finding.needs = "a newer attestation: the last one is of " + date + ", and counts for 100 days";
  } else {
    finding.result = DoctorResult::ok;
    finding.evidence = "attested: " + attested.text;
    finding.reason = attested.text;
    finding.needs.clear();
  }
}

std::optional<std::string> problem_of_id(std::string_view id) {
  if (entry_of(id) != nullptr) return std::nullopt;
  std::vector<std::string> known;
  for (const CatalogueEntry& entry : catalogue()) known.emplace_back(entry.id);
  return "is not the id of a finding" + did_you_mean_aside(nearest_word(id, known));
}

// To attest what the hosts show would look as if it had an effect.
std::optional<std::string> problem_of_attested(std::string_view id) {
  if (auto problem = problem_of_id(id)) return problem;
  const auto& results = entry_of(id)->results;
  if (std::ranges::find(results, DoctorResult::unknown) != results.end()) return std::nullopt;
  return "cannot be attested, because what decides it is always read";
}

}  // namespace

std::vector<DoctorFinding> with_settings(std::vector<DoctorFinding> findings, const DoctorSettings& settings,
                                         platform::Time now) {
  for (DoctorFinding& finding : findings) {
    const auto attested = std::ranges::find(settings.attested, finding.id, &AttestedFinding::id);
    if (attested != settings.attested.end() && finding.result == DoctorResult::unknown) attest(finding, *attested, now);
    const auto ignored = std::ranges::find(settings.ignored, finding.id, &IgnoredFinding::id);
    if (ignored == settings.ignored.end() || finding.result == DoctorResult::ok) continue;
    finding.result = DoctorResult::accepted;
    finding.reason = ignored->reason;
  }
  return findings;
}

std::vector<std::string> unknown_ids(const DoctorSettings& settings, std::string_view origin) {
  std::vector<std::string> problems;
  const auto add = [&](std::uint32_t line, const std::string& key, const std::optional<std::string>& problem) {
    if (problem) problems.push_back(std::string(origin) + ":" + std::to_string(line) + ": \"" + key + "\" " + *problem);
  };
  for (const IgnoredFinding& one : settings.ignored) add(one.line, "doctor.ignore." + one.id, problem_of_id(one.id));
  for (const AttestedFinding& one : settings.attested)
    add(one.line, "doctor.attested." + one.id, problem_of_attested(one.id));
  return problems;
}

}  // namespace agent
