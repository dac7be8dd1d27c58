// SPDX-License-Identifier: ISC
#include "agent/doctor/check_settings.h"

#include <algorithm>
#include <set>

#include "agent/doctor/evidence_facts.h"
#include "agent/doctor/setting_facts.h"
#include "agent/protocol/numeric_address.h"

namespace agent {

namespace {

bool is_numeric_host(const std::string& host) { return is_numeric({host, 1}); }

bool is_loopback(const std::string& host) {
  return host == "localhost" || host == "localhost.localdomain" || host == "::1" ||
         (is_numeric_host(host) && host.starts_with("127."));
}

DoctorFinding finding(std::string_view id, DoctorResult result, std::string object, std::string evidence = {}) {
  return {.id = id, .result = result, .object = std::move(object), .evidence = std::move(evidence)};
}

// What the host of a URL is. Empty evidence: neither a host of the fleet nor a number.
struct UrlHost {
  DoctorResult result = DoctorResult::ok;
  std::string evidence;
};

UrlHost look_at_url_host(const Evidence& evidence, const std::string& host) {
  if (is_loopback(host)) return {DoctorResult::risk, host + " is loopback: each host means itself by it"};
  if (const auto* named = host_named(evidence, host))
    return {DoctorResult::risk, host + " is the name of the host " + named->name};
  if (!is_numeric_host(host)) return {};
  // A floating address stands on the interface of one host at a time, and looks like that host's own.
  if (const auto* holder = host_with_address(evidence, host))
    return {DoctorResult::note, host + " is an address of the host " + holder->name +
                                    "; that is as it should be if it is a floating address"};
  return {DoctorResult::note, host + " is an address and not a name"};
}

void check_central_host(const Evidence& evidence, std::vector<DoctorFinding>& findings) {
  std::set<std::string> seen;
  for (const HostEvidence& host : evidence.hosts) {
    const auto fact = reported(host, "central_url");
    const auto url = fact ? read_url_fact(*fact) : std::nullopt;
    if (!url || !seen.insert(*fact).second) continue;
    auto looked = look_at_url_host(evidence, url->host);
    findings.push_back(finding("HA103", looked.result, url->text(), std::move(looked.evidence)));
  }
}

std::string malformed_evidence(const HostEvidence& host) {
  const auto like = reported(host, "central_url.like").value_or("");
  if (like == "header") return "mms.centralUrl has the name of a header";
  if (like == "placeholder") return "mms.centralUrl has a placeholder, ${...}, that nobody filled in";
  if (like == "name") return "mms.centralUrl has a name without https:// or http:// before it";
  return "mms.centralUrl is not a URL of https or http";
}

// The right lines, with the values that are known.
std::string right_lines(const HostEvidence& host, bool exchanged) {
  const auto url = exchanged ? read_url_fact(reported(host, "remote_ip_header.url").value_or("")) : std::nullopt;
  std::string lines = "write into conf-mms.properties of " + host.name +
                      ", then restart Ops Manager, one host at a time:\n  mms.centralUrl=" +
                      (url ? url->text() : "<http or https>://<name of the load balancer>:<its port>");
  // The facts do not have that name, only that it looks like one.
  const bool has_name = has_fact(host, "central_url.like", "header");
  if (exchanged)
    lines.append("\n  mms.remoteIp.header=")
        .append(has_name ? "<the name that mms.centralUrl has now>" : "X-Forwarded-For");
  return lines;
}

void check_exchanged(const HostEvidence& host, std::vector<DoctorFinding>& findings) {
  const auto central = reported(host, "central_url");
  const bool exchanged = has_fact(host, "remote_ip_header", url_fact);
  const bool malformed = central == malformed_fact;
  if (exchanged || malformed) {
    std::string evidence = malformed ? malformed_evidence(host) : "";
    if (exchanged) evidence += (malformed ? ", and " : "") + std::string("mms.remoteIp.header has a URL");
    if (exchanged) evidence += "; the two lines look exchanged";
    auto found = finding("HA104", DoctorResult::fault, host.name, std::move(evidence));
    found.fix = right_lines(host, exchanged);
    findings.push_back(std::move(found));
  } else if (central && !central->empty()) {
    findings.push_back(finding("HA104", DoctorResult::ok, host.name));
  }
}

void check_readable(const HostEvidence& host, std::vector<DoctorFinding>& findings) {
  const auto settings = reported(host, "settings");
  if (!settings) return;
  auto unknown = finding("HA104", DoctorResult::unknown, host.name);
  if (*settings != "read") {
    unknown.needs = needs_for_settings(host);
  } else if (!reported(host, "central_url")) {
    // A value that is not repeated: it has a user part, or is not printable ASCII.
    unknown.needs = "mms.centralUrl as plain text without a user name";
  } else {
    return;
  }
  findings.push_back(std::move(unknown));
}

void check_agent(const Evidence& evidence, const HostEvidence& host, std::vector<DoctorFinding>& findings) {
  const auto fact = reported(host, "agent.base_url");
  // Without an agent there is nothing to say; neither where older versions report no more.
  if (fact ? fact->empty() : !reported(host, "agent.settings")) return;
  auto found = finding("HA106", DoctorResult::unknown, host.name);
  if (!fact) {
    found.needs = needs_for_agent(host);
  } else if (const auto url = read_url_fact(*fact)) {
    auto looked = look_at_url_host(evidence, url->host);
    found.result = looked.result;
    if (!looked.evidence.empty()) found.evidence = "mmsBaseUrl is " + url->text() + ", and " + looked.evidence;
  } else {
    found.evidence = "mmsBaseUrl is not a URL of https or http";
    found.needs = "mmsBaseUrl in /etc/mongodb-mms/automation-agent.config of " + host.name + " as a URL";
  }
  findings.push_back(std::move(found));
}

}  // namespace

std::vector<DoctorFinding> check_settings(const Evidence& evidence) {
  std::vector<DoctorFinding> findings;
  check_central_host(evidence, findings);
  for (const HostEvidence& host : evidence.hosts) {
    check_exchanged(host, findings);
    check_readable(host, findings);
    check_agent(evidence, host, findings);
  }
  return findings;
}

}  // namespace agent
