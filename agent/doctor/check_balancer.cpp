// SPDX-License-Identifier: ISC
#include "agent/doctor/check_balancer.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "agent/doctor/balancer_answers.h"
#include "agent/doctor/cache_verdict.h"
#include "agent/doctor/client_address.h"
#include "agent/doctor/footprint.h"

namespace agent {

namespace {

using Findings = std::vector<DoctorFinding>;

// Whether some host answers, so that the balancer is to blame.
const DirectHealth* healthy_host(const BalancerEvidence& balancer) {
  const auto host = std::ranges::find_if(
      balancer.direct, [](const DirectHealth& each) { return !each.answers.empty() && is_ok(each.answers.back()); });
  return host == balancer.direct.end() ? nullptr : &*host;
}

// HA201.
DoctorFinding reachable(const BalancerEvidence& balancer) {
  DoctorFinding finding{.id = "HA201", .object = object_of(balancer)};
  if (!is_usable(balancer)) {
    finding.needs = missing_answer(balancer);
    return finding;
  }
  const HttpAnswer& health = balancer.health.back();
  const bool logs_in = !balancer.login.empty() && is_ok(balancer.login.back());
  finding.evidence = "it " + end_text(health);
  if (is_ok(health) || logs_in) {
    finding.result = DoctorResult::ok;
  } else if (!is_answered(health)) {
    finding.result = DoctorResult::risk;
    finding.evidence += ", twice";
  } else if (const DirectHealth* const host = healthy_host(balancer);
             host != nullptr && all_of(balancer.health, is_gateway_error)) {
    finding.result = DoctorResult::fault;
    finding.evidence += ", twice, while " + host->host + " answers directly";
  } else {
    finding.needs = is_gateway_error(health)
                        ? "a host that answers directly: the load balancer has none either"
                        : "status 200 for /monitor/health or /user/login through the load balancer";
  }
  return finding;
}

std::string joined(const std::string& text, const std::string& more) {
  return text.empty() ? more : text + "; " + more;
}

bool cache_stores_nothing(const BalancerEvidence& balancer) {
  const auto is_timeout = [](const HttpAnswer& answer) { return answer.status == 504; };
  return balancer.only_if_cached.size() > 1 && std::ranges::all_of(balancer.only_if_cached, is_timeout);
}

// HA203.
DoctorFinding cached(const BalancerEvidence& balancer, const Footprint& footprint) {
  DoctorFinding finding{.id = "HA203", .object = object_of(balancer)};
  if (!answers_now(balancer)) {
    finding.needs = missing_answer(balancer);
    return finding;
  }
  std::string proof;
  bool fault = false;
  for (const PathVerdict& verdict : cache_verdicts(balancer, footprint)) {
    if (verdict.verdict == CacheVerdict::unsure) finding.needs = joined(finding.needs, verdict.because);
    if (verdict.verdict == CacheVerdict::fresh) finding.evidence = joined(finding.evidence, verdict.because);
    if (verdict.verdict != CacheVerdict::cached) continue;
    proof = joined(proof, verdict.because);
    // A script is the same for everybody. Anything else is another person's, or of another moment.
    fault = fault || verdict.path != ProbedPath::asset;
  }
  const std::string shares = footprint.shares();
  if (!proof.empty()) {
    finding.result = fault ? DoctorResult::fault : DoctorResult::risk;
    finding.evidence = shares.empty() ? proof : proof + " (" + shares + ")";
    finding.needs.clear();
  } else if (cache_stores_nothing(balancer)) {
    finding.result = DoctorResult::risk;
    finding.evidence =
        "a request with Cache-Control: only-if-cached was answered with 504, twice: a cache is in the path";
    finding.needs.clear();
  } else if (finding.needs.empty() && !balancer.probes.empty()) {
    finding.result = DoctorResult::ok;
  } else if (finding.needs.empty()) {
    finding.needs = "requests with the right status through the load balancer";
  }
  return finding;
}

// HA205.
DoctorFinding address_arrives(const Evidence& evidence, const BalancerEvidence& balancer) {
  DoctorFinding finding{.id = "HA205", .object = object_of(balancer)};
  if (!answers_now(balancer)) {
    finding.needs = missing_answer(balancer);
    return finding;
  }
  const ClientAddressVerdict verdict = client_address(evidence, balancer);
  switch (verdict.verdict) {
    case ClientAddress::arrives: finding.result = DoctorResult::ok; break;
    case ClientAddress::missing: finding.result = DoctorResult::risk; break;
    case ClientAddress::unsure:
      finding.needs = balancer.counted ? verdict.text : "a run without --no-count";
      if (balancer.counted && !verdict.header_works && !balancer.log_pattern.empty())
        finding.needs += ", and an access log with the request: " + balancer.log_pattern;
      return finding;
  }
  finding.evidence = verdict.text;
  return finding;
}

// HA206: only where the balancer and this host show one certificate.
void check_layer(const Evidence& evidence, const BalancerEvidence& balancer, Findings& findings) {
  if (!balancer.tls || !answers_now(balancer) || balancer.direct.empty() || balancer.direct.front().answers.empty())
    return;
  const std::string& theirs = balancer.health.back().certificate.digest;
  const std::string& ours = balancer.direct.front().answers.back().certificate.digest;
  if (theirs.empty() || theirs != ours) return;
  const ClientAddressVerdict address = client_address(evidence, balancer);
  DoctorFinding finding{.id = "HA206", .object = object_of(balancer)};
  switch (address.verdict) {
    case ClientAddress::arrives: return;  // the certificate is shared, and the balancer reads what it passes on
    case ClientAddress::missing:
      finding.result = DoctorResult::note;
      finding.evidence = "it shows the certificate of this host, and no header arrives";
      break;
    case ClientAddress::unsure: finding.needs = address.text; break;
  }
  findings.push_back(std::move(finding));
}

bool is_stickiness(std::string_view cookie) {
  constexpr std::array<std::string_view, 8> names = {"SERVERID", "AWSALB", "AWSELB", "BIGipServer",
                                                     "ROUTEID",  "NSC_",   "GCLB",   "ARRAffinity"};
  return std::ranges::any_of(names, [&](std::string_view name) { return cookie.starts_with(name); });
}

// HA207.
void check_stickiness(const BalancerEvidence& balancer, Findings& findings) {
  if (!answers_now(balancer)) return;
  DoctorFinding finding{.id = "HA207", .result = DoctorResult::ok, .object = object_of(balancer)};
  for (const std::vector<HttpAnswer>* answers : {&balancer.health, &balancer.login}) {
    for (const HttpAnswer& answer : *answers) {
      const auto cookie = std::ranges::find_if(answer.cookies, is_stickiness);
      if (cookie == answer.cookies.end()) continue;
      finding.result = DoctorResult::note;
      finding.evidence = "it sets the cookie " + *cookie;
    }
  }
  findings.push_back(std::move(finding));
}

}  // namespace

std::vector<DoctorFinding> check_balancer(const Evidence& evidence) {
  Findings findings;
  if (!evidence.balancer) return findings;
  const BalancerEvidence& balancer = *evidence.balancer;
  const Footprint footprint = footprint_of(evidence, balancer);
  findings.push_back(reachable(balancer));
  findings.push_back(cached(balancer, footprint));
  findings.push_back(address_arrives(evidence, balancer));
  check_layer(evidence, balancer, findings);
  check_stickiness(balancer, findings);
  return findings;
}

}  // namespace agent
