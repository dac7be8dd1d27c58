// SPDX-License-Identifier: ISC
// Findings about the application database: HA3xx.
#pragma once

#include <span>

#include "agent/doctor/catalogue_entry.h"

namespace agent {

/// In the order of the ids.
std::span<const CatalogueEntry> findings_about_databases();

}  // namespace agent
