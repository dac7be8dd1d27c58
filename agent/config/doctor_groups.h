// SPDX-License-Identifier: ISC
// The groups of doctor's findings and the formats of reports, as people type them.
#pragma once

#include <cstdint>

#include "agent/base/names.h"

namespace agent {

enum class DoctorGroup : std::uint8_t { hosts, balancer, database, daemons, stores, key, logs, attested };
inline constexpr Names<DoctorGroup> doctor_groups("hosts", "balancer", "database", "daemons", "stores", "key", "logs",
                                                  "attested");

enum class DoctorFormat : std::uint8_t { text, json, html };
inline constexpr Names<DoctorFormat> doctor_formats("text", "json", "html");
/// Of `fleet`, which is a table and no more.
enum class FleetFormat : std::uint8_t { text, json };
inline constexpr Names<FleetFormat> fleet_formats("text", "json");

}  // namespace agent
