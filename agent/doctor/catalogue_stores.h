// SPDX-License-Identifier: ISC
// The rows of the catalogue about the databases behind Ops Manager's backups.
#pragma once

#include <span>

#include "agent/doctor/catalogue_entry.h"

namespace agent {

/// In the order of the ids.
std::span<const CatalogueEntry> findings_about_stores();

}  // namespace agent
