// SPDX-License-Identifier: ISC
// Waits until doctor's requests stand in the access logs of the hosts, which may write late and report later.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <string>

#include "agent/doctor/evidence.h"

namespace agent {

/// The nonces that each host found in its access log after `asked`, by HostEvidence::name. Hosts that cannot tell are
/// left out.
using ReadLogs = std::function<std::map<std::string, Probes, std::less<>>(std::chrono::steady_clock::time_point asked)>;

/// Fills `balancer.reports`. The last request has been answered. Ends when every line is there and every host has
/// reported, when what is missing will not come, or after limits::log_wait.
void await_lines(const Evidence& evidence, BalancerEvidence& balancer, const ReadLogs& read_logs);

}  // namespace agent
