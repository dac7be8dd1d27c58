// SPDX-License-Identifier: ISC
#include "agent/backups/all_copies.h"

namespace agent {

AllCopies list_all(const std::vector<BackupStore>& stores) {
  AllCopies all;
  for (std::size_t at = 0; at < stores.size(); ++at) {
    auto listed = list_backups(stores[at]);
    if (!listed) {
      all.unlisted.push_back({at, std::move(listed).error()});
      continue;
    }
    for (keystore::BackupCopy& copy : *listed) all.copies.push_back({at, std::move(copy)});
  }
  return all;
}

}  // namespace agent
