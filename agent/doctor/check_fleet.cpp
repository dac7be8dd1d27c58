// SPDX-License-Identifier: ISC
#include "agent/doctor/check_fleet.h"

#include <algorithm>
#include <optional>

#include "agent/doctor/comparison.h"
#include "agent/doctor/evidence_facts.h"
#include "agent/doctor/fact_list.h"

namespace agent {

namespace {

using Findings = std::vector<DoctorFinding>;

// The web server's unit is enabled: "mongodb-mms=enabled/active,mongodb-mms-backup-daemon=...".
bool is_enabled(std::string_view units) {
  constexpr std::string_view enabled = "mongodb-mms=enabled/";
  const std::size_t at = units.find(enabled);
  return at != std::string_view::npos && (at == 0 || units[at - 1] == ',');
}

// Nothing where nobody knows. A unit that is enabled and stopped is on its way: a restart, or an upgrade.
std::optional<bool> has_web_server(const HostEvidence& host) {
  const std::string* running = fact_of(host, "om.running");
  const std::string* units = fact_of(host, "units");
  if (running != nullptr && has_word(*running, "web")) return true;
  if (units != nullptr && is_enabled(*units)) return true;
  // Without its units a host may have the server enabled, or be one that is started in another way.
  return running == nullptr ? std::nullopt : std::optional(false);
}

void check_web_servers(const Evidence& evidence, Findings& findings) {
  std::vector<std::string> web;
  std::vector<std::string> unknown;
  for (const HostEvidence* host : fleet_of(evidence)) {
    const auto has = has_web_server(*host);
    if (!has) unknown.push_back(host->name);
    if (has.value_or(false)) web.push_back(host->name);
  }
  if (web.size() > 1) {
    findings.push_back(finding_of_all("HA101", DoctorResult::ok, "web servers: " + list_of(web)));
  } else if (!unknown.empty() || !has_asked(evidence)) {
    const std::string seen = web.empty() ? "no web server was seen" : "one web server was seen, on " + list_of(web);
    findings.push_back(finding_of_all("HA101", DoctorResult::unknown, seen, needs_facts_of(evidence, unknown)));
  } else {
    const std::string seen = web.empty() ? "no host has a web server enabled or running" : "only " + web.front();
    findings.push_back(finding_of_all("HA101", DoctorResult::risk, seen));
  }
}

// "https|om.example.com|443" as people write it. Names are compared without case.
std::string url_of(std::string_view fact) {
  std::string text(fact);
  std::ranges::transform(text, text.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  const std::size_t first = text.find('|');
  const std::size_t second = text.find('|', first + 1);
  if (first == std::string::npos || second == std::string::npos) return text;
  const std::string scheme = text.substr(0, first);
  const std::string port = text.substr(second + 1);
  const bool usual = (scheme == "https" && port == "443") || (scheme == "http" && port == "80");
  return scheme + "://" + text.substr(first + 1, second - first - 1) + (usual ? "" : ":" + port);
}

std::string places_of(const std::map<std::string, std::vector<std::string>, std::less<>>& by_value) {
  std::string text;
  for (const auto& [value, hosts] : by_value) text += (text.empty() ? "" : "; ") + value + " on " + list_of(hosts);
  return text;
}

void check_url(const Evidence& evidence, Findings& findings) {
  const Comparison comparison = compare(evidence, "central_url");
  std::map<std::string, std::vector<std::string>, std::less<>> urls;
  std::vector<std::string> without;
  for (const auto& [value, hosts] : comparison.by_value) {
    if (value == "malformed") continue;  // HA104
    auto& list = value.empty() ? without : urls[url_of(value)];
    list.insert(list.end(), hosts.begin(), hosts.end());
  }
  if (urls.size() > 1) return findings.push_back(finding_of_all("HA102", DoctorResult::fault, places_of(urls)));
  if (urls.empty()) return;  // it is set in the Admin UI, for all hosts alike, or nobody knows it
  const std::string seen = places_of(urls);
  if (!without.empty())
    return findings.push_back(finding_of_all("HA102", DoctorResult::unknown,
                                             seen + "; no such line on " + list_of(without),
                                             "the same line on every host, or on none"));
  if (!comparison.unknown.empty() || !has_asked(evidence))
    return findings.push_back(
        finding_of_all("HA102", DoctorResult::unknown, seen, needs_facts_of(evidence, comparison.unknown)));
  findings.push_back(finding_of_all("HA102", DoctorResult::ok, seen));
}

// The packages of different systems write the same version in different ways: only the first three numbers count.
std::string release_of(std::string_view version) {
  std::size_t end = 0;
  for (int dots = 0; end < version.size(); ++end) {
    const char c = version[end];
    if (c == '.' && ++dots == 3) break;
    if (c != '.' && (c < '0' || c > '9')) break;
  }
  return std::string(version.substr(0, end));
}

// It does not run, or has run for less time than an upgrade takes: the next look may find it done.
bool is_changing(const HostEvidence& host) {
  const std::string* running = fact_of(host, "om.running");
  return (running != nullptr && running->empty()) || started_lately(host);
}

void check_versions(const Evidence& evidence, Findings& findings) {
  std::map<std::string, std::vector<std::string>, std::less<>> releases;
  bool changing = false;
  std::size_t hosts = 0;
  for (const HostEvidence* host : fleet_of(evidence)) {
    const std::string* version = fact_of(*host, "om.version");
    const std::string release = version != nullptr ? release_of(*version) : "";
    if (release.empty()) continue;  // unknown, or not installed from a package
    releases[release].push_back(host->name);
    changing |= is_changing(*host);
    ++hosts;
  }
  if (hosts < 2) return;  // HA003 says whose facts are missing
  if (releases.size() == 1)
    return findings.push_back(finding_of_all("HA107", DoctorResult::ok, releases.begin()->first));
  const std::string seen = places_of(releases);
  if (!changing) return findings.push_back(finding_of_all("HA107", DoctorResult::risk, seen));
  findings.push_back(finding_of_all("HA107", DoctorResult::note, seen + "; a host is stopped or has just started"));
}

// Names only: what a setting says stays on its host.
void check_settings(const Evidence& evidence, Findings& findings) {
  constexpr std::string_view prefix = "setting.";
  std::map<std::string, std::map<std::string, std::size_t, std::less<>>, std::less<>> counts;
  for (const HostEvidence* host : fleet_of(evidence)) {
    if (!host->facts || (!host->own && host->result != PeerResult::agree)) continue;
    for (const auto& [name, value] : *host->facts) {
      if (name.starts_with(prefix)) ++counts[name.substr(prefix.size())][value];
    }
  }
  std::vector<std::string> different;
  std::size_t compared = 0;
  for (const auto& [name, values] : counts) {
    std::size_t hosts = 0;
    for (const auto& [value, count] : values) hosts += count;
    if (values.size() > 1) different.push_back(name);
    compared += hosts > 1 ? 1 : 0;
  }
  if (compared == 0 || !has_asked(evidence)) return;
  if (different.empty())
    return findings.push_back(
        finding_of_all("HA108", DoctorResult::ok, std::to_string(compared) + " settings are the same"));
  findings.push_back(finding_of_all("HA108", DoctorResult::note, list_of(different)));
}

void check_key_storage(const Evidence& evidence, Findings& findings) {
  const Comparison comparison = compare(evidence, "key.fs");
  if (!comparison.unknown.empty() || !has_asked(evidence) || fleet_of(evidence).size() < 2) return;
  const auto& [value, hosts] = *comparison.by_value.begin();
  const bool shared =
      comparison.by_value.size() == 1 && !value.empty() && value != "local" && !value.ends_with(" absent");
  findings.push_back(shared ? finding_of_all("HA601", DoctorResult::risk, "the key file of every host is on " + value)
                            : finding_of_all("HA601", DoctorResult::ok, "the key files are not all in one place"));
}

}  // namespace

std::vector<DoctorFinding> check_fleet(const Evidence& evidence) {
  Findings findings;
  check_web_servers(evidence, findings);
  check_url(evidence, findings);
  check_versions(evidence, findings);
  check_settings(evidence, findings);
  check_key_storage(evidence, findings);
  return findings;
}

}  // namespace agent
