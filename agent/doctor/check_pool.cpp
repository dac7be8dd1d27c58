// SPDX-License-Identifier: ISC
#include "agent/doctor/check_pool.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <string_view>

#include "agent/doctor/balancer_answers.h"
#include "agent/doctor/evidence_facts.h"
#include "agent/doctor/footprint.h"

namespace agent {

namespace {

using Findings = std::vector<DoctorFinding>;

// A host that got none of `reached` requests may have been unlucky. With equal shares, the chance that any of them is.
bool is_chance(std::size_t hosts, std::size_t reached) {
  constexpr double sure_enough = 0.01;
  if (hosts < 2) return false;
  const double others = 1.0 - 1.0 / static_cast<double>(hosts);
  return static_cast<double>(hosts) * std::pow(others, static_cast<double>(reached)) > sure_enough;
}

DoctorFinding share_of(const HostFootprint& host, const Footprint& footprint, std::size_t reached) {
  DoctorFinding finding{.id = "HA202", .object = host.name};
  if (!host.reported) {
    finding.needs = "the access log of " + host.name + ", read after the requests";
  } else if (host.lines > 0) {
    finding.result = DoctorResult::ok;
    finding.evidence = "it got " + std::to_string(host.lines) + " of the counted requests";
  } else if (!footprint.control_complete()) {
    finding.needs = "access logs that show every request: of " + std::to_string(footprint.control.sent) +
                    " requests that no cache can answer, they show " + std::to_string(footprint.control.reached);
  } else if (is_chance(footprint.hosts.size(), reached)) {
    finding.needs = "more requests: " + std::to_string(reached) + " reached " + std::to_string(footprint.hosts.size()) +
                    " hosts, so chance may have left out one";
  } else {
    finding.result = DoctorResult::risk;
    finding.evidence = "requests that reached a host: " + footprint.shares() +
                       "; either the host is not in the pool, or the load balancer keeps a client on one host, or has "
                       "it in reserve";
  }
  return finding;
}

// HA202, for each host that runs a web server.
void check_shares(const BalancerEvidence& balancer, const Footprint& footprint, Findings& findings) {
  std::size_t reached = 0;
  for (const HostFootprint& host : footprint.hosts) reached += host.lines;
  for (const HostFootprint& host : footprint.hosts) {
    if (!host.certain) continue;
    if (balancer.counted && answers_now(balancer)) {
      findings.push_back(share_of(host, footprint, reached));
      continue;
    }
    const std::string needs = answers_now(balancer) ? "a run without --no-count" : missing_answer(balancer);
    findings.push_back({.id = "HA202", .object = host.name, .needs = needs});
  }
}

const HostEvidence* host_listed_as(const Evidence& evidence, std::string_view name) {
  const auto host = std::ranges::find(evidence.hosts, name, &HostEvidence::name);
  return host == evidence.hosts.end() ? nullptr : &*host;
}

void decide_failure(const HostEvidence& host, DoctorFinding& finding) {
  if (started_lately(host)) {
    finding.result = DoctorResult::note;
    finding.evidence += ", less than 20 minutes after its start";
  } else if (may_have_restarted(host)) {
    finding.needs = "newer facts from " + host.name + ", which may have been restarted since its last ones";
  } else {
    finding.result = DoctorResult::fault;
  }
}

// HA208.
DoctorFinding host_health(const HostEvidence& host, const DirectHealth& direct, const Footprint& footprint) {
  DoctorFinding finding{.id = "HA208", .object = host.name};
  const auto share = std::ranges::find(footprint.hosts, host.name, &HostFootprint::name);
  const bool got_requests = share != footprint.hosts.end() && share->lines > 0;
  if (!direct.answers.empty() && is_ok(direct.answers.back())) {
    finding.result = DoctorResult::ok;
    finding.evidence = "/monitor/health answers with 200";
  } else if (fails(direct)) {
    finding.evidence = "/monitor/health " + end_text(direct.answers.back()) + ", twice";
    decide_failure(host, finding);
  } else if (got_requests && (direct.answers.empty() || !is_answered(direct.answers.back()))) {
    finding.result = DoctorResult::ok;
    finding.evidence = "it answered requests through the load balancer";
  } else {
    finding.needs = direct.answers.empty()
                        ? direct.not_asked
                        : "an answer of its web server to this host: it " + end_text(direct.answers.back());
  }
  return finding;
}

bool sets_header(const Evidence& evidence) {
  return std::ranges::any_of(evidence.hosts, [](const HostEvidence& host) {
    if (!host.facts) return false;
    const auto header = host.facts->find("remote_ip_header");
    return header != host.facts->end() && !header->second.empty() && header->second != "malformed" &&
           header->second != "url";
  });
}

// HA208 and HA209.
void check_hosts(const Evidence& evidence, const BalancerEvidence& balancer, const Footprint& footprint,
                 Findings& findings) {
  for (const DirectHealth& direct : balancer.direct) {
    const HostEvidence* const host = host_listed_as(evidence, direct.host);
    if (host == nullptr || !web_server_of(*host).runs) continue;
    findings.push_back(host_health(*host, direct, footprint));
    const bool is_open = !host->own && !direct.answers.empty() && is_answered(direct.answers.back());
    if (!is_open || !sets_header(evidence)) continue;
    findings.push_back({.id = "HA209",
                        .result = DoctorResult::note,
                        .object = host->name,
                        .evidence = "its port answers this host without the load balancer"});
  }
}

}  // namespace

std::vector<DoctorFinding> check_pool(const Evidence& evidence) {
  Findings findings;
  if (!evidence.balancer) return findings;
  const Footprint footprint = footprint_of(evidence, *evidence.balancer);
  check_shares(*evidence.balancer, footprint, findings);
  check_hosts(evidence, *evidence.balancer, footprint, findings);
  return findings;
}

}  // namespace agent
