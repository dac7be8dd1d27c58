// SPDX-License-Identifier: ISC
// Findings about the load balancer: HA2xx.
#pragma once

#include <span>

#include "agent/doctor/catalogue_entry.h"

namespace agent {

/// In the order of the ids.
std::span<const CatalogueEntry> findings_about_the_balancer();

}  // namespace agent
