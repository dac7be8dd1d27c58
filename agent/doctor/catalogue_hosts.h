// SPDX-License-Identifier: ISC
// Findings about the hosts and how they are set up: HA0xx and HA1xx.
#pragma once

#include <span>

#include "agent/doctor/catalogue_entry.h"

namespace agent {

/// In the order of the ids.
std::span<const CatalogueEntry> findings_about_hosts();

}  // namespace agent
