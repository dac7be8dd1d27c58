// SPDX-License-Identifier: ISC
// The last complete run of doctor, as status and monitoring mention it.
#pragma once

#include <string>

#include "agent/doctor/last_run.h"

namespace agent {

/// "1 fault", "2 faults, 1 risk", or "no faults or risks, 5 not checked".
std::string brief_result(const DoctorNote& note);
/// The same with ids: "1 fault (HA203)".
std::string result_with_ids(const DoctorNote& note);

}  // namespace agent
