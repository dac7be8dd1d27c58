// SPDX-License-Identifier: ISC
// Some HTTP requests for one process of genkey-agent-doctor, each with the list that gets its answer.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "agent/doctor/run_program.h"
#include "platform/base/result.h"

namespace agent {

class HttpBatch {
 public:
  /// `answers` must stay where it is until run() returns.
  void add(HttpGet get, std::vector<HttpAnswer>& answers);
  [[nodiscard]] bool empty() const { return gets_.empty(); }

  /// Every list gets its answers, in the order of add(); none if it fails.
  platform::Result<void> run(const DoctorProgram& program, const std::vector<HttpOrigin>& origins,
                             const std::string& ca, std::chrono::milliseconds time);

 private:
  std::vector<HttpGet> gets_;
  std::vector<std::vector<HttpAnswer>*> answers_;
};

}  // namespace agent
