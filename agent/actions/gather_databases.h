// SPDX-License-Identifier: ISC
// Doctor's evidence about databases: which there are, by this host's settings and the configuration, and the program
// that asks them.
#pragma once

#include <vector>

#include "agent/config/doctor_settings.h"
#include "agent/config/host.h"
#include "agent/doctor/database_evidence.h"

namespace agent {

/// The application database first, then the backing databases. Empty on Windows, where no program can ask.
std::vector<DatabaseEvidence> gather_databases(const Host& host, const DoctorSettings& settings);

}  // namespace agent
