// SPDX-License-Identifier: ISC
// Doctor's evidence about the load balancer and the web servers: where they are, by options, configuration and facts;
// the program that asks them; and the access logs of the hosts.
#pragma once

#include <optional>

#include "agent/actions/fresh_facts.h"
#include "agent/config/doctor_settings.h"
#include "agent/config/host.h"
#include "agent/doctor/evidence.h"

namespace agent {

/// For the hosts in `evidence`, into `evidence`. `peers` are asked for their access logs; null: only this host's is
/// read. A peer whose web server fails is asked for newer facts, because it may have been restarted. --url must be a
/// URL (parse_origin). Nothing on Windows, where no program can ask.
void gather_balancer(const Host& host, const DoctorSettings& settings, Evidence& evidence, FreshFacts* peers);

}  // namespace agent
