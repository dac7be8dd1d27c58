// SPDX-License-Identifier: ISC
#include "agent/doctor/http_batch.h"

namespace agent {

namespace {

using platform::ErrorKind;
using platform::fail;
using platform::Result;

}  // namespace

void HttpBatch::add(HttpGet get, std::vector<HttpAnswer>& answers) {
  gets_.push_back(std::move(get));
  answers_.push_back(&answers);
}

Result<void> HttpBatch::run(const DoctorProgram& program, const std::vector<HttpOrigin>& origins, const std::string& ca,
                            std::chrono::milliseconds time) {
  const DoctorRequest request = HttpRequest{.origins = origins, .ca = ca, .gets = gets_, .time = time};
  DoctorReply reply = TRY(run_doctor_program(program, request, time));
  auto* const http = std::get_if<HttpReply>(&reply);
  if (http == nullptr || http->answers.size() != gets_.size())
    return fail(ErrorKind::internal, "the doctor program answered another question");
  auto& answers = http->answers;
  for (std::size_t at = 0; at < answers.size(); ++at) answers_[at]->push_back(std::move(answers[at]));
  gets_.clear();
  answers_.clear();
  return {};
}

}  // namespace agent
