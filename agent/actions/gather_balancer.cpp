// SPDX-License-Identifier: ISC
#include "agent/actions/gather_balancer.h"

#include <algorithm>
#include <thread>
#include <utility>

#include "agent/base/doctor_limits.h"
#include "agent/base/wait_line.h"
#include "agent/doctor/ask_balancer.h"
#include "agent/doctor/balancer_answers.h"
#include "agent/doctor/evidence_facts.h"
#include "agent/doctor/own_access_log.h"
#include "agent/doctor/web_origin.h"
#include "platform/files/file.h"

namespace agent {

namespace {

using Reports = std::map<std::string, Probes, std::less<>>;

Reports read_logs(const Host& host, const Evidence& evidence, FreshFacts* peers,
                  std::chrono::steady_clock::time_point asked) {
  Reports reports = peers == nullptr ? Reports() : peers->probes(asked);
  const auto probes = own_probes(host.installation);
  const auto own = std::ranges::find(evidence.hosts, true, &HostEvidence::own);
  if (probes && own != evidence.hosts.end()) reports[own->name] = *probes;
  return reports;
}

BalancerEvidence not_asked(std::string needs) { return BalancerEvidence{.not_asked = std::move(needs)}; }

// Nobody knows whether those were restarted.
std::vector<HostEvidence*> failing_peers(Evidence& evidence, const BalancerEvidence& seen) {
  std::vector<HostEvidence*> failing;
  for (HostEvidence& host : evidence.hosts) {
    const auto direct = std::ranges::find(seen.direct, host.name, &DirectHealth::host);
    if (may_have_restarted(host) && direct != seen.direct.end() && fails(*direct)) failing.push_back(&host);
  }
  return failing;
}

// A host that nobody makes collect keeps its old facts.
void renew_failing(Evidence& evidence, const BalancerEvidence& seen, FreshFacts& peers) {
  using Clock = std::chrono::steady_clock;
  const std::vector<HostEvidence*> failing = failing_peers(evidence, seen);
  if (failing.empty()) return;
  const auto asked = Clock::now();
  const auto is_new = [&](const HostEvidence* each) { return peers.probes(asked).contains(each->name); };
  while (!std::ranges::all_of(failing, is_new) && Clock::now() < asked + limits::log_wait)
    std::this_thread::sleep_for(limits::fresh_facts_pause);
  for (HostEvidence* const each : failing) peers.renew(*each);
}

BalancerEvidence ask(const Host& host, const DoctorSettings& settings, const Evidence& evidence, FreshFacts* peers) {
  const Options& options = host.options;
  if (evidence.offline) return not_asked("a run without --offline");
  BalancerQuestions questions{.origin = balancer_origin(evidence, options.url, settings.url)};
  if (settings.ca) {
    const auto ca = platform::read_file(*settings.ca, limits::authority_file, platform::Links::follow);
    if (!ca) return not_asked("the file of [doctor] ca: " + ca.error().message);
    questions.ca = platform::text_of(ca->content);
  }
  questions.count = !options.no_count;
  questions.log_pattern = log_pattern(host.installation);
  questions.read_logs = [&](std::chrono::steady_clock::time_point asked) {
    return read_logs(host, evidence, peers, asked);
  };
  WaitLine line(WaitLine::Clock::now() + limits::http_time_in_all, options.quiet);
  questions.progress = [&](const std::string& what) { line.show(what); };
  return ask_balancer(evidence, questions, find_doctor_program());
}

}  // namespace

void gather_balancer(const Host& host, const DoctorSettings& settings, Evidence& evidence, FreshFacts* peers) {
  if (!doctor_program_is_built) return;
  evidence.balancer = ask(host, settings, evidence, peers);
  if (peers != nullptr) renew_failing(evidence, *evidence.balancer, *peers);
}

}  // namespace agent
