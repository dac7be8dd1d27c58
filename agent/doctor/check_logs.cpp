// SPDX-License-Identifier: ISC
#include "agent/doctor/check_logs.h"

#include <algorithm>

#include "agent/doctor/evidence_facts.h"

namespace agent {

namespace {

constexpr std::string_view over = "over";
constexpr std::string_view after = "after";

bool any_peer(const Evidence& evidence, PeerResult result) {
  return std::ranges::any_of(
      evidence.hosts, [&](const HostEvidence& host) { return !host.own && host.introduced && host.result == result; });
}

// Whether this host's key is known to be the right one.
bool has_right_key(const Evidence& evidence, const HostEvidence& host) {
  if (!host.own) return host.result == PeerResult::agree;
  return has_fact(host, "key.recorded", "on") && !any_peer(evidence, PeerResult::disagree);
}

bool is_proved(const Evidence& evidence, const HostEvidence& host) {
  return has_right_key(evidence, host) && (!host.own || any_peer(evidence, PeerResult::agree));
}

struct Trace {
  std::string_view fact;
  std::string_view words;  // of the evidence
};

constexpr Trace mismatch{"log.mismatch", "the start log says that the key does not match this installation"};
constexpr Trace second_key{"log.second_key", "the start log says that a new key was generated"};
constexpr Trace refused{"log.refused", "the start log says that the pre-flight checks failed"};

DoctorFinding unknown(std::string_view id, const HostEvidence& host, std::string needs) {
  return {.id = id, .result = DoctorResult::unknown, .object = host.name, .needs = std::move(needs)};
}

std::string account_for_processes(const HostEvidence& host) {
  return "the processes of Ops Manager on " + host.name + ": run doctor as root";
}

std::string why_over(const HostEvidence& host, const std::string& seen) {
  if (seen == over) return "; a good start followed";
  return host.own ? "; this host has the recorded key, and no peer disagrees"
                  : "; the host proved that it has the same key";
}

// Of a refused start, the facts say `over` if that part of Ops Manager runs. Another part or a right key says nothing.
DoctorFinding look(const Evidence& evidence, const HostEvidence& host, const Trace& trace, const std::string& seen) {
  const auto running = reported(host, "om.running");
  const bool runs = running && !running->empty();
  const bool about_key = &trace != &refused;
  if (seen == over || (about_key && ((runs && has_right_key(evidence, host)) || is_proved(evidence, host)))) {
    return {.id = {},
            .result = DoctorResult::note,
            .object = host.name,
            .evidence = std::string(trace.words) + why_over(host, seen)};
  }
  if (!running) return unknown({}, host, account_for_processes(host));
  // It passed its own checks, and nobody knows with which key.
  if (about_key && runs && host.own && !reported(host, "key.recorded"))
    return unknown({}, host, "a record of this host's key: genkey-agent ensure");
  if (about_key && runs && !host.own && host.result != PeerResult::disagree)
    return unknown({}, host, "an answer of " + host.name + " that proves its key");
  return {.id = {},
          .result = DoctorResult::fault,
          .object = host.name,
          .evidence = std::string(trace.words) + ", and no good start followed"};
}

// The worst of the traces; `ok` when a log was read and has none.
void check(std::string_view id, std::initializer_list<const Trace*> traces, const Evidence& evidence,
           const HostEvidence& host, std::vector<DoctorFinding>& findings) {
  std::optional<DoctorFinding> worst;
  for (const Trace* trace : traces) {
    const auto seen = reported(host, trace->fact);
    if (!seen) continue;
    auto found = *seen == over || *seen == after
                     ? look(evidence, host, *trace, *seen)
                     : DoctorFinding{.id = id, .result = DoctorResult::ok, .object = host.name};
    found.id = id;
    if (!worst || found.result < worst->result) worst = std::move(found);
  }
  if (!worst && reported(host, "logs")) worst = unknown(id, host, needs_for_logs(host));
  if (worst) findings.push_back(*std::move(worst));
}

}  // namespace

std::vector<DoctorFinding> check_logs(const Evidence& evidence) {
  std::vector<DoctorFinding> findings;
  for (const HostEvidence& host : evidence.hosts) {
    check("HA701", {&mismatch, &second_key}, evidence, host, findings);
    check("HA702", {&refused}, evidence, host, findings);
  }
  return findings;
}

}  // namespace agent
