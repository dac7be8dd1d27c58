// SPDX-License-Identifier: ISC
#include "agent/actions/gather_api.h"

#include "agent/base/doctor_limits.h"
#include "agent/base/wait_line.h"
#include "agent/doctor/ask_api.h"

namespace agent {

std::optional<ApiEvidence> gather_api(const Host& host, const DoctorSettings& settings, const Evidence& evidence) {
  if (!doctor_program_is_built) return std::nullopt;
  if (evidence.offline) return ApiEvidence{.not_asked = "a run without --offline"};
  if (!settings.api_key_file) return ApiEvidence{.not_asked = api_key_is_missing};
  WaitLine line(WaitLine::Clock::now() + limits::api_time_in_all, host.options.quiet);
  line.show("asking the API of Ops Manager");
  return ask_api(evidence, read_api_key(*settings.api_key_file), find_doctor_program());
}

}  // namespace agent
