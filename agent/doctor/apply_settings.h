// SPDX-License-Identifier: ISC
// What [doctor.ignore] and [doctor.attested] of the configuration make of the findings.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "agent/config/doctor_settings.h"
#include "agent/doctor/finding.h"
#include "platform/base/clock.h"

namespace agent {

/// What is ignored becomes `accepted`, unless it is `ok`. What is unknown and attested becomes `ok`; an attestation
/// never covers a fault or a risk, and one that is too old is worth nothing.
std::vector<DoctorFinding> with_settings(std::vector<DoctorFinding> findings, const DoctorSettings& settings,
                                         platform::Time now);

/// Ids in these tables that mean nothing in this version, each as a sentence with its place: "ORIGIN:12: ...".
std::vector<std::string> unknown_ids(const DoctorSettings& settings, std::string_view origin);

}  // namespace agent
