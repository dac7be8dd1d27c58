// SPDX-License-Identifier: ISC
#include "tests/support/balanced_hosts.h"

#include <algorithm>

#include <doctest/doctest.h>

namespace agent::support {

namespace {

constexpr std::size_t requests = 6;

std::string nonce(char of, std::size_t number) { return std::string(31, of) + std::to_string(number); }

HttpAnswer answer_of(ProbedPath path, const std::string& anew) {
  HttpAnswer answer{.end = HttpEnd::answered, .status = right_status(path), .path = "/"};
  answer.own_address = "10.0.0.1";
  answer.their_address = "10.0.0.9";
  answer.certificate = {CertificateFault::none, true, 80, std::string(64, 'a')};
  answer.witness = {.body = "aa", .date = anew};
  if (path == ProbedPath::login) answer.witness.cookie = anew;
  if (path == ProbedPath::api) answer.witness.nonce = anew;
  return answer;
}

HostEvidence host(const std::string& name, const std::string& address) {
  return {.name = name,
          .address = address + ":27424",
          .own = name == "om1",
          .result = name == "om1" ? PeerResult::self : PeerResult::agree,
          .facts = Facts{{"om.running", "web"},
                         {"om.started", "90000"},
                         {"addresses", address},
                         {"remote_ip_header", "x-forwarded-for"}}};
}

PathProbe probe(BalancerEvidence& balancer, ProbedPath path) {
  PathProbe probe{.of = path, .nonce = nonce('a', static_cast<std::size_t>(path))};
  for (std::size_t at = 0; at < requests; ++at) probe.answers.push_back(answer_of(path, "b" + std::to_string(at)));
  probe.direct = {answer_of(path, "c0"), answer_of(path, "c1")};
  for (const char* const name : {"om1", "om2"}) balancer.reports[name][probe.nonce] = {requests / 2, {"10.0.0.1"}};
  return probe;
}

}  // namespace

Evidence balanced_hosts() {
  Evidence evidence;
  evidence.hosts = {host("om1", "10.0.0.1"), host("om2", "10.0.0.2")};
  BalancerEvidence balancer{.url = balanced_url, .tls = true, .counted = true};
  balancer.health = {answer_of(ProbedPath::health, "d0")};
  balancer.login = {answer_of(ProbedPath::login, "d1")};
  balancer.only_if_cached = {answer_of(ProbedPath::login, "d2")};
  for (const ProbedPath path : {ProbedPath::health, ProbedPath::login, ProbedPath::asset, ProbedPath::api})
    balancer.probes.push_back(probe(balancer, path));
  for (std::size_t at = 0; at < requests; ++at) {
    balancer.controls.push_back({nonce('c', at), answer_of(ProbedPath::login, "e" + std::to_string(at))});
    balancer.reports[at % 2 == 0 ? "om1" : "om2"][nonce('c', at)] = {1, {"10.0.0.1"}};
  }
  balancer.forged_header = "x-forwarded-for";
  balancer.forged_nonce = nonce('f', 0);
  balancer.reports["om1"][balancer.forged_nonce] = {1, {documentation_address}};
  for (const char* const name : {"om1", "om2"}) {
    HttpAnswer direct = answer_of(ProbedPath::health, "f1");
    direct.certificate.digest = std::string(64, 'b');
    balancer.direct.push_back({name, {direct}});
  }
  evidence.balancer = std::move(balancer);
  return evidence;
}

PathProbe& probe_of(Evidence& evidence, ProbedPath path) {
  return *std::ranges::find(evidence.balancer->probes, path, &PathProbe::of);
}

void keep_lines(Evidence& evidence, const std::string& host, ProbedPath path, std::size_t kept) {
  const std::string nonce = probe_of(evidence, path).nonce;
  if (kept == 0)
    evidence.balancer->reports.at(host).erase(nonce);
  else
    evidence.balancer->reports.at(host).at(nonce).lines = kept;
}

DoctorFinding only(const std::vector<DoctorFinding>& findings, std::string_view id) {
  CAPTURE(id);
  REQUIRE(std::ranges::count(findings, id, &DoctorFinding::id) == 1);
  return *std::ranges::find(findings, id, &DoctorFinding::id);
}

bool has(const std::vector<DoctorFinding>& findings, std::string_view id) {
  return std::ranges::find(findings, id, &DoctorFinding::id) != findings.end();
}

}  // namespace agent::support
