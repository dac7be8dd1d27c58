// SPDX-License-Identifier: ISC
#include "agent/doctor/run_program.h"

#include <string>
#include <vector>

#include "agent/base/doctor_limits.h"
#include "platform/processes/child_program.h"

namespace agent {

namespace {

using platform::Result;

// libcurl takes proxies from these, and writes the secrets of TLS connections to the file that the last one names.
std::vector<std::string> unwanted_variables() {
  return {"http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy",
          "ALL_PROXY",  "no_proxy",    "NO_PROXY",    "SSLKEYLOGFILE"};
}

}  // namespace

Result<DoctorProgram> find_doctor_program() {
  const platform::Path file = TRY(platform::find_program(doctor_program_name));
  if (!platform::running_as_root()) return DoctorProgram{file, std::nullopt};
  auto account = platform::find_account(doctor_program_name);
  if (!account) account = platform::find_account("nobody");
  if (!account) return tl::unexpected(std::move(account).error());
  return DoctorProgram{file, *std::move(account)};
}

Result<DoctorReply> run_doctor_program(const DoctorProgram& program, const DoctorRequest& request,
                                       std::chrono::milliseconds time) {
  const platform::Program child{program.file, doctor_program_name, program.account, unwanted_variables()};
  const platform::ProgramLimits bounds{limits::doctor_message, time + limits::child_grace};
  const auto message = TRY(platform::run_program(child, encode(request), bounds));
  return decode_doctor_reply(message.reveal());
}

}  // namespace agent
