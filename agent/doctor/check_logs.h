// SPDX-License-Identifier: ISC
// HA701 and HA702: traces of a wrong key, or of another refusal, in the start logs.
//
// Trouble after the last good start is over when Ops Manager runs, this host's key is the recorded one and no peer
// disagrees; or when a peer has proved the key in this run: then the next start finds the right one.
#pragma once

#include <vector>

#include "agent/doctor/evidence.h"
#include "agent/doctor/finding.h"

namespace agent {

std::vector<DoctorFinding> check_logs(const Evidence& evidence);

}  // namespace agent
