// SPDX-License-Identifier: ISC
// The URL to Access Ops Manager and what belongs to it: its certificate (HA105), the header with the client's address
// (HA204), and the time-outs of the load balancer (HA210).
#pragma once

#include <vector>

#include "agent/doctor/evidence.h"
#include "agent/doctor/finding.h"

namespace agent {

std::vector<DoctorFinding> check_url(const Evidence& evidence);

}  // namespace agent
