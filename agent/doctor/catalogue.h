// SPDX-License-Identifier: ISC
// Every finding that doctor knows. Ids are stable: configurations contain them, and the id of a retired finding is
// never used again.
//
// The rows are in the files catalogue_*.cpp beside this one, in the order of the ids.
#pragma once

#include <span>
#include <string_view>

#include "agent/doctor/catalogue_entry.h"

namespace agent {

/// In the order of the ids.
std::span<const CatalogueEntry> catalogue();
/// Null for an unknown id.
const CatalogueEntry* entry_of(std::string_view id);
/// For the id of a finding of this program. Throws std::logic_error if the catalogue lacks it.
const CatalogueEntry& entry_for(std::string_view id);
/// Whether this version has any finding in the group.
bool is_built(DoctorGroup group);

}  // namespace agent
