// SPDX-License-Identifier: ISC
// Doctor's evidence about databases: which there are, by this host's settings, the configuration and Ops Manager's API,
// and the program that asks them.
#pragma once

#include <optional>
#include <vector>

#include "agent/config/doctor_settings.h"
#include "agent/config/host.h"
#include "agent/doctor/evidence.h"

namespace agent {

/// The application database first, then the backing databases: those of the configuration, and of `api` those that it
/// does not name. Empty on Windows, where no program can ask.
std::vector<DatabaseEvidence> gather_databases(const Host& host, const DoctorSettings& settings,
                                               const std::optional<ApiEvidence>& api);

}  // namespace agent
