// SPDX-License-Identifier: ISC
// The copies at several destinations together, and the destinations that did not list theirs.
#pragma once

#include <vector>

#include "agent/backups/choose_copies.h"
#include "agent/backups/store.h"

namespace agent {

/// A destination that may or may not have copies.
struct UnlistedDestination {
  std::size_t destination = 0;  // an index into the caller's stores
  platform::Error error;
};

struct AllCopies {
  std::vector<FoundCopy> copies;  // of all hosts, fleets and contents
  std::vector<UnlistedDestination> unlisted;
};
/// Asks the stores one after the other, each for at most its patience.
AllCopies list_all(const std::vector<BackupStore>& stores);

}  // namespace agent
