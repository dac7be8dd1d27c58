// SPDX-License-Identifier: ISC
#include "agent/actions/gather_balancer.h"

#include <algorithm>

#include "agent/base/doctor_limits.h"
#include "agent/base/wait_line.h"
#include "agent/doctor/ask_balancer.h"
#include "agent/doctor/own_access_log.h"
#include "agent/doctor/web_origin.h"
#include "platform/files/file.h"

namespace agent {

namespace {

using Reports = std::map<std::string, Probes, std::less<>>;

// Of this host alone. A host that is not here did not report.
Reports own_report(const Host& host, const Evidence& evidence) {
  Reports reports;
  const auto probes = own_probes(host.installation);
  const auto own = std::ranges::find(evidence.hosts, true, &HostEvidence::own);
  if (probes && own != evidence.hosts.end()) reports[own->name] = *probes;
  return reports;
}

}  // namespace

std::optional<BalancerEvidence> gather_balancer(const Host& host, const DoctorSettings& settings,
                                                const Evidence& evidence) {
  if (!doctor_program_is_built) return std::nullopt;
  if (evidence.offline) return BalancerEvidence{.not_asked = "a run without --offline"};
  BalancerQuestions questions{.origin = balancer_origin(evidence, std::nullopt, settings.url)};
  if (settings.ca) {
    const auto ca = platform::read_file(*settings.ca, limits::authority_file, platform::Links::follow);
    if (!ca) return BalancerEvidence{.not_asked = "the file of [doctor] ca: " + ca.error().message};
    questions.ca = platform::text_of(ca->content);
  }
  questions.log_pattern = log_pattern(host.installation);
  questions.read_logs = [&] { return own_report(host, evidence); };
  WaitLine line(WaitLine::Clock::now() + limits::http_time_in_all, host.options.quiet);
  questions.progress = [&](const std::string& what) { line.show(what); };
  return ask_balancer(evidence, questions, find_doctor_program());
}

}  // namespace agent
