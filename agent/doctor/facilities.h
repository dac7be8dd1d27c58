// SPDX-License-Identifier: ISC
// In which facility a machine is, by [doctor.facilities] or by a tag of the replica set.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "agent/config/doctor_settings.h"

namespace agent {

struct MachineNames {
  std::vector<std::string> names;      // without port; compared without case
  std::vector<std::string> addresses;  // numeric
};

/// By the pattern that fits best: a name before an address, then "*." and the longest domain, then the smallest
/// network. Nothing if no pattern fits.
std::optional<std::string> facility_by_pattern(const std::vector<Facility>& facilities, const MachineNames& machine);

/// By the tag dc, datacenter, facility, region or zone, the first of them that is there.
std::optional<std::string> facility_by_tag(const std::map<std::string, std::string>& tags);

}  // namespace agent
