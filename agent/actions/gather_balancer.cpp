// SPDX-License-Identifier: ISC
#include "agent/actions/gather_balancer.h"

#include <algorithm>
#include <utility>

#include "agent/base/doctor_limits.h"
#include "agent/base/wait_line.h"
#include "agent/doctor/ask_balancer.h"
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

std::optional<BalancerEvidence> not_asked(std::string needs) { return BalancerEvidence{.not_asked = std::move(needs)}; }

}  // namespace

std::optional<BalancerEvidence> gather_balancer(const Host& host, const DoctorSettings& settings,
                                                const Evidence& evidence, FreshFacts* peers) {
  const Options& options = host.options;
  if (!doctor_program_is_built) return std::nullopt;
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

}  // namespace agent
