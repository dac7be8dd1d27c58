// SPDX-License-Identifier: ISC
#include "agent/doctor/await_lines.h"

#include <algorithm>
#include <optional>
#include <thread>

#include "agent/base/doctor_limits.h"
#include "agent/doctor/footprint.h"

namespace agent {

namespace {

using Clock = std::chrono::steady_clock;

bool all_probes_found(const BalancerEvidence& balancer) {
  return std::ranges::all_of(balancer.probes, [&](const PathProbe& probe) {
    const PathFootprint path = footprint_of(balancer, probe);
    return path.reached == path.sent;
  });
}

}  // namespace

void await_lines(const Evidence& evidence, BalancerEvidence& balancer, const ReadLogs& read_logs) {
  const auto asked = Clock::now();
  const auto end = asked + limits::log_wait;
  std::optional<Clock::time_point> complete_since;
  for (;;) {
    balancer.reports = read_logs(asked);
    const Footprint footprint = footprint_of(evidence, balancer);
    const bool complete = footprint.control_complete();
    if (complete && footprint.all_reported() && all_probes_found(balancer)) return;
    // The controls came last. Once all of them are there, what is missing will not come.
    if (complete && !complete_since) complete_since = Clock::now();
    if (complete_since && Clock::now() >= *complete_since + limits::log_settles) return;
    if (Clock::now() >= end) return;
    constexpr std::chrono::milliseconds pause{250};
    std::this_thread::sleep_for(pause);
  }
}

}  // namespace agent
