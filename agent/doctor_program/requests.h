// SPDX-License-Identifier: ISC
// The requests of a run, one after the other, within the limits of all of them together.
#pragma once

#include "agent/doctor/program_request.h"

namespace agent::doctor_program {

/// One answer for each GET. A verified origin gets at most limits::http_requests_to_url requests, redirects included.
/// An origin whose name is unknown or whose certificate does not verify is asked no more, and one that was silent twice
/// neither.
HttpReply ask_all(const HttpRequest& request);

}  // namespace agent::doctor_program
