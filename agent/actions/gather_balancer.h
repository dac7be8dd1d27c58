// SPDX-License-Identifier: ISC
// Doctor's evidence about the load balancer and the web servers: where they are, by options, configuration and facts;
// the program that asks them; and the access log of this host.
#pragma once

#include <optional>

#include "agent/config/doctor_settings.h"
#include "agent/config/host.h"
#include "agent/doctor/evidence.h"

namespace agent {

/// For the hosts in `evidence`. Nothing on Windows, where no program can ask.
std::optional<BalancerEvidence> gather_balancer(const Host& host, const DoctorSettings& settings,
                                                const Evidence& evidence);

}  // namespace agent
