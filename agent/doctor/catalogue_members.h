// SPDX-License-Identifier: ISC
// The rows of the catalogue about the members of a replica set: where they are and what they are called.
#pragma once

#include <span>

#include "agent/doctor/catalogue_entry.h"

namespace agent {

/// In the order of the ids.
std::span<const CatalogueEntry> findings_about_members();

}  // namespace agent
