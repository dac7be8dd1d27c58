// SPDX-License-Identifier: ISC
// What doctor learns from the administration API of Ops Manager on this host.
#pragma once

#include <optional>

#include "agent/config/doctor_settings.h"
#include "agent/config/host.h"
#include "agent/doctor/evidence.h"

namespace agent {

/// Nothing where it is not built. Never fails: what could not be asked is missing, with the reason.
std::optional<ApiEvidence> gather_api(const Host& host, const DoctorSettings& settings, const Evidence& evidence);

}  // namespace agent
