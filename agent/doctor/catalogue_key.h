// SPDX-License-Identifier: ISC
// Findings about the key and the logs, and those that a person attests: HA6xx to HA8xx.
#pragma once

#include <span>

#include "agent/doctor/catalogue_entry.h"

namespace agent {

/// In the order of the ids.
std::span<const CatalogueEntry> findings_about_the_key();

}  // namespace agent
