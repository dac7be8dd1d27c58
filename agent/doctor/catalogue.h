// SPDX-License-Identifier: ISC
// Every finding that doctor knows, and what can be said about it without looking at an installation. Ids are stable:
// they stand in configurations, and one that is given up is never used again for something else.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "agent/base/names.h"
#include "agent/doctor/finding.h"

namespace agent {

enum class DoctorGroup : std::uint8_t { hosts, balancer, database, daemons, stores, key, logs, attested };
inline constexpr Names<DoctorGroup> doctor_groups("hosts", "balancer", "database", "daemons", "stores", "key", "logs",
                                                  "attested");

struct DoctorPage {
  std::string_view title;  // of the vendor's page and section
  std::string_view url;    // of the newest version
};

struct CatalogueEntry {
  std::string_view id;
  DoctorGroup group;
  std::span<const DoctorResult> results;  // what it can be besides ok and accepted, the worst first
  std::string_view title;                 // follows the object: "om1: the certificate expires soon"
  std::string_view check;                 // how it is checked, and what that cannot see
  std::string_view consequence;
  std::string_view fix;  // commands or lines, parted by \n
  DoctorPage page;       // the statement that it checks; empty where it is this program's own
};

std::span<const CatalogueEntry> catalogue();
/// Null for an unknown id.
const CatalogueEntry* entry_of(std::string_view id);

}  // namespace agent
