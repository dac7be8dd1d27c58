// SPDX-License-Identifier: ISC
#include <chrono>

#include <nlohmann/json.hpp>

#include "agent/report/doctor_report.h"

namespace agent {

namespace {

using nlohmann::ordered_json;

ordered_json text_or_null(std::string_view text) { return text.empty() ? ordered_json() : ordered_json(text); }

// Settings are compared by digests, which say nothing to a reader. Lines that were counted are evidence of a finding.
bool is_shown(std::string_view fact) { return !fact.starts_with("setting.") && !fact.starts_with("probe."); }

ordered_json part(const DoctorFinding& finding) {
  const CatalogueEntry& entry = entry_for(finding.id);
  const std::string_view fix = finding.fix.empty() ? entry.fix : std::string_view(finding.fix);
  return {{"id", finding.id},
          {"group", doctor_groups.of(entry.group)},
          {"result", doctor_results.of(finding.result)},
          {"object", finding.object},
          {"title", finding.result == DoctorResult::ok ? entry.right : entry.title},
          {"evidence", text_or_null(finding.evidence)},
          {"consequence", entry.consequence},
          {"fix", fix},
          {"needs", text_or_null(finding.needs)},
          {"reason", text_or_null(finding.reason)},
          {"page", text_or_null(entry.page.url)}};
}

ordered_json part(const HostEvidence& host) {
  ordered_json object = {{"name", host.name},
                         {"address", host.address},
                         {"own", host.own},
                         {"result", name_of(host.result)},
                         {"detail", text_or_null(host.detail)}};
  const std::string* version = host.facts ? fact_in(*host.facts, "agent.version") : nullptr;
  object["version"] = version != nullptr ? ordered_json(*version) : ordered_json();  // of genkey-agent
  // In seconds. null: it reported nothing, or nobody knows when the facts were collected.
  object["age"] =
      host.age ? ordered_json(std::chrono::duration_cast<std::chrono::seconds>(*host.age).count()) : ordered_json();
  object["facts"] = host.facts ? ordered_json::object() : ordered_json();
  if (!host.facts) return object;
  for (const auto& [name, value] : *host.facts) {
    if (is_shown(name)) object["facts"][name] = value;
  }
  return object;
}

ordered_json part(const CatalogueEntry& entry) {
  ordered_json results = ordered_json::array();
  for (const DoctorResult result : entry.results) results.push_back(doctor_results.of(result));
  return {{"id", entry.id},
          {"group", doctor_groups.of(entry.group)},
          {"results", std::move(results)},
          {"title", entry.title},
          {"right", entry.right},
          {"check", entry.check},
          {"consequence", entry.consequence},
          {"fix", entry.fix},
          {"page", text_or_null(entry.page.url)}};
}

template <class Value>
ordered_json value_or_null(const std::optional<Value>& value) {
  return value ? ordered_json(*value) : ordered_json();
}

ordered_json part(const SeenMember& member) {
  return {{"name", member.name},
          {"state", member.state},
          {"votes", value_or_null(member.votes)},
          {"priority", value_or_null(member.priority)},
          {"hidden", member.votes ? ordered_json(member.hidden) : ordered_json()},
          {"facility", value_or_null(member.facility)},
          {"address", text_or_null(member.address)},
          {"round_trip_us", member.round_trip ? ordered_json(member.round_trip->count()) : ordered_json()}};
}

ordered_json part(const SeenDatabase& database) {
  ordered_json members = ordered_json::array();
  for (const SeenMember& member : database.members) members.push_back(part(member));
  return {{"of", database.of},
          {"set", text_or_null(database.set)},
          {"login", database.login},
          {"needs", text_or_null(database.needs)},
          {"members", std::move(members)}};
}

ordered_json summary_of(const DoctorCounts& counts) {
  ordered_json summary;
  for (std::size_t at = 0; at < counts.size(); ++at)
    summary[std::string(doctor_results.of(static_cast<DoctorResult>(at)))] = counts.at(at);
  return summary;
}

template <class Parts>
ordered_json list(const Parts& parts) {
  ordered_json all = ordered_json::array();
  for (const auto& one : parts) all.push_back(part(one));
  return all;
}

// A name from a peer or a file may hold bytes that are not UTF-8.
OwnMember member(std::string name, const ordered_json& value) {
  return {std::move(name), value.dump(-1, ' ', false, ordered_json::error_handler_t::replace)};
}

}  // namespace

std::vector<OwnMember> doctor_members(const DoctorReport& report) {
  return {text_member("taken", platform::format_time(report.taken)),
          member("complete", report.complete),
          member("summary", summary_of(counts_of(report.findings))),
          member("findings", list(report.findings)),
          hosts_member(report.hosts),
          member("databases", list(report.databases))};
}

OwnMember hosts_member(const std::vector<HostEvidence>& hosts) { return member("hosts", list(hosts)); }

OwnMember catalogue_member(std::span<const CatalogueEntry> entries) { return member("catalogue", list(entries)); }

}  // namespace agent
