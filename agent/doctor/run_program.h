// SPDX-License-Identifier: ISC
// Runs genkey-agent-doctor for one request.
#pragma once

#include <chrono>
#include <optional>

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
/// The program is killed when it has not answered soon after `time`.
platform::Result<DoctorReply> run_doctor_program(const DoctorProgram& program, const DoctorRequest& request,
                                                 std::chrono::milliseconds time);

}  // namespace agent
