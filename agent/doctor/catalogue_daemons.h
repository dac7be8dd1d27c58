// SPDX-License-Identifier: ISC
// The findings of the group daemons.
#pragma once

#include <span>

#include "agent/doctor/catalogue_entry.h"

namespace agent {

std::span<const CatalogueEntry> findings_about_daemons();

}  // namespace agent
