// SPDX-License-Identifier: ISC
// Asks the load balancer and the web servers of the hosts by HTTP, through genkey-agent-doctor. This process opens no
// connection. It takes up to half a minute when everything is silent.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "agent/doctor/await_lines.h"
#include "agent/doctor/evidence.h"
#include "agent/doctor/http_batch.h"
#include "platform/base/result.h"

namespace agent {

struct BalancerQuestions {
  std::optional<HttpOrigin> origin;  // nothing: only the hosts are asked
  std::string ca = {};               // certificates in PEM; empty: the system's
  bool count = true;
  ReadLogs read_logs = nullptr;
  std::string log_pattern = {};
  std::function<void(const std::string&)> progress = nullptr;  // "asking https://…", for a line of progress
};

/// Never fails: what could not be asked is missing, with the reason.
BalancerEvidence ask_balancer(const Evidence& evidence, const BalancerQuestions& questions,
                              const platform::Result<DoctorProgram>& program);

}  // namespace agent
