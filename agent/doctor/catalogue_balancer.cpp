// SPDX-License-Identifier: ISC
#include "agent/doctor/catalogue_balancer.h"

namespace agent {

std::span<const CatalogueEntry> findings_about_the_balancer() { return {}; }

}  // namespace agent
