// SPDX-License-Identifier: ISC
#include "agent/doctor/http_batch.h"

#include "agent/base/doctor_limits.h"
#include "platform/processes/child_program.h"

namespace agent {

namespace {

using platform::ErrorKind;
using platform::fail;
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

void HttpBatch::add(HttpGet get, std::vector<HttpAnswer>& answers) {
  gets_.push_back(std::move(get));
  answers_.push_back(&answers);
}

Result<void> HttpBatch::run(const DoctorProgram& program, const std::vector<HttpOrigin>& origins, const std::string& ca,
                            std::chrono::milliseconds time) {
  const DoctorRequest request = HttpRequest{.origins = origins, .ca = ca, .gets = gets_, .time = time};
  const platform::Program child{program.file, doctor_program_name, program.account, unwanted_variables()};
  const platform::ProgramLimits bounds{limits::doctor_message, time + limits::child_grace};
  const auto message = TRY(platform::run_program(child, encode(request), bounds));
  DoctorReply reply = TRY(decode_doctor_reply(message.reveal()));
  auto& answers = std::get<HttpReply>(reply).answers;
  if (answers.size() != gets_.size()) return fail(ErrorKind::internal, "the doctor program answered another question");
  for (std::size_t at = 0; at < answers.size(); ++at) answers_[at]->push_back(std::move(answers[at]));
  gets_.clear();
  answers_.clear();
  return {};
}

}  // namespace agent
