// SPDX-License-Identifier: ISC
#include "agent/doctor/check_peers.h"

#include "agent/base/limits.h"
#include "agent/doctor/comparison.h"

namespace agent {

namespace {

using std::chrono::duration_cast;
using std::chrono::hours;

std::string with_detail(std::string text, const HostEvidence& host) {
  return host.detail.empty() ? text : text + ": " + host.detail;
}

DoctorFinding answers(const HostEvidence& host, DoctorResult result, std::string evidence) {
  return {.id = "HA001", .result = result, .object = host.name, .evidence = std::move(evidence)};
}

DoctorFinding proves(const HostEvidence& host, DoctorResult result, std::string evidence) {
  return {.id = "HA002", .result = result, .object = host.name, .evidence = std::move(evidence)};
}

// As `verify` ends: silence is no evidence against a peer, and another key is.
void check_answer(const HostEvidence& host, std::vector<DoctorFinding>& findings) {
  switch (host.result) {
    case PeerResult::self: return;
    case PeerResult::agree:
      findings.push_back(answers(host, DoctorResult::ok, "it answers"));
      findings.push_back(proves(host, DoctorResult::ok, "it proved the key in this run"));
      return;
    case PeerResult::disagree:
    case PeerResult::has_key:
      findings.push_back(proves(host, DoctorResult::fault, with_detail("it has another key", host)));
      return;
    case PeerResult::no_key: findings.push_back(answers(host, DoctorResult::risk, "it has no key")); return;
    case PeerResult::unreachable:
      findings.push_back(answers(host, DoctorResult::risk, with_detail("no answer", host)));
      return;
    case PeerResult::incompatible:
      findings.push_back(answers(host, DoctorResult::risk, with_detail("something else answers", host)));
      return;
    case PeerResult::untrusted:
      findings.push_back(answers(host, DoctorResult::risk, with_detail("what answers there is not known", host)));
      return;
    case PeerResult::clone:
      findings.push_back(answers(host, DoctorResult::risk, with_detail("two machines have its identity", host)));
      return;
    case PeerResult::removed:
      findings.push_back(answers(host, DoctorResult::risk, "it was removed, and still stands in the list of peers"));
      return;
  }
  __builtin_unreachable();
}

DoctorFinding facts_of(const HostEvidence& host, std::string evidence, std::string needs) {
  return {.id = "HA003",
          .result = DoctorResult::unknown,
          .object = host.name,
          .evidence = std::move(evidence),
          .needs = std::move(needs)};
}

constexpr const char* needs_collector =
    "the collector on that host: systemctl enable --now genkey-agent-facts.timer genkey-agent-facts.path";

DoctorFinding check_facts(const HostEvidence& host) {
  if (!host.introduced)
    return facts_of(host, "it introduced itself, so it is not compared",
                    "its address in the list of peers: genkey-agent peers add " + host.address);
  if (!host.facts) {
    const bool told = !host.no_facts.empty();
    return facts_of(host, "it reports no facts", told ? host.no_facts : needs_collector);
  }
  if (!host.age) return facts_of(host, "its facts were never collected", needs_collector);
  if (*host.age > limits::facts_stale_after) {
    const auto old = duration_cast<hours>(*host.age).count();
    return facts_of(host, "its facts are " + std::to_string(old) + " hours old", needs_collector);
  }
  return {.id = "HA003", .result = DoctorResult::ok, .object = host.name, .evidence = "it reports facts"};
}

// A host that nobody named is shown. Its silence is not worth a finding; its other key is, and the report of peers says
// so.
bool counts(const HostEvidence& host) {
  return host.introduced || host.result == PeerResult::disagree || host.result == PeerResult::agree;
}

}  // namespace

std::vector<DoctorFinding> check_peers(const Evidence& evidence) {
  std::vector<DoctorFinding> findings;
  if (!has_asked(evidence)) {
    findings.push_back({.id = "HA003",
                        .result = DoctorResult::unknown,
                        .object = "the peers",
                        .evidence = "nobody was asked",
                        .needs = needs_facts_of(evidence, {})});
    return findings;
  }
  for (const HostEvidence& host : evidence.hosts) {
    if (host.own || !counts(host)) continue;
    if (host.introduced) check_answer(host, findings);
    if (host.result == PeerResult::agree) findings.push_back(check_facts(host));
  }
  return findings;
}

}  // namespace agent
