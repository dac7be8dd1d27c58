// SPDX-License-Identifier: ISC
// Runs genkey-agent-doctor: some requests for one process, each with the list that gets its answer.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "agent/doctor/program_request.h"
#include "platform/accounts/account.h"
#include "platform/base/path.h"
#include "platform/base/result.h"

namespace agent {

#ifdef _WIN32
inline constexpr bool doctor_program_is_built = false;
#else
inline constexpr bool doctor_program_is_built = true;
#endif

/// Where the doctor program is, and the account that it takes when this process is root.
struct DoctorProgram {
  platform::Path file;
  std::optional<platform::Account> account;
};
/// The one of this installation; program_absent when it is missing.
platform::Result<DoctorProgram> find_doctor_program();

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
