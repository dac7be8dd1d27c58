// SPDX-License-Identifier: ISC
#include "agent/doctor/catalogue.h"

#include <algorithm>
#include <stdexcept>
#include <string>
#include <vector>

#include "agent/doctor/catalogue_balancer.h"
#include "agent/doctor/catalogue_daemons.h"
#include "agent/doctor/catalogue_database.h"
#include "agent/doctor/catalogue_hosts.h"
#include "agent/doctor/catalogue_key.h"
#include "agent/doctor/catalogue_members.h"
#include "agent/doctor/catalogue_stores.h"

namespace agent {

std::span<const CatalogueEntry> catalogue() {
  static const std::vector<CatalogueEntry> all = [] {
    std::vector<CatalogueEntry> entries;
    for (const auto group :
         {findings_about_hosts(), findings_about_the_balancer(), findings_about_databases(), findings_about_members(),
          findings_about_daemons(), findings_about_stores(), findings_about_the_key()})
      entries.insert(entries.end(), group.begin(), group.end());
    return entries;
  }();
  return all;
}

const CatalogueEntry* entry_of(std::string_view id) {
  const auto found = std::ranges::find(catalogue(), id, &CatalogueEntry::id);
  return found == catalogue().end() ? nullptr : &*found;
}

const CatalogueEntry& entry_for(std::string_view id) {
  const CatalogueEntry* entry = entry_of(id);
  if (entry == nullptr) throw std::logic_error("the catalogue has no row for " + std::string(id));
  return *entry;
}

bool is_built(DoctorGroup group) {
  return std::ranges::find(catalogue(), group, &CatalogueEntry::group) != catalogue().end();
}

}  // namespace agent
