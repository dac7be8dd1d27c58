// SPDX-License-Identifier: ISC
// Asks the load balancer and the web servers of the hosts by HTTP, through genkey-agent-doctor. This process opens no
// connection. It takes up to half a minute when everything is silent.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>

#include "agent/doctor/evidence.h"
#include "agent/doctor/http_batch.h"
#include "platform/base/result.h"

namespace agent {

struct BalancerQuestions {
  std::optional<HttpOrigin> origin;  // nothing: only the hosts are asked
  std::string ca = {};               // certificates in PEM; empty: the system's
  bool count = true;
  /// The nonces that the hosts found in their access logs after this call, by HostEvidence::name. Hosts that cannot
  /// tell are left out. Called several times, until every line is there or the wait is over.
  std::function<std::map<std::string, Probes, std::less<>>()> read_logs = nullptr;
  std::string log_pattern = {};
  std::function<void(const std::string&)> progress = nullptr;  // "asking https://…", for a line of progress
};

/// Never fails: what could not be asked is missing, with the reason.
BalancerEvidence ask_balancer(const Evidence& evidence, const BalancerQuestions& questions,
                              const platform::Result<DoctorProgram>& program);

}  // namespace agent
