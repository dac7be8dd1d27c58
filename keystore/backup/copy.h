// SPDX-License-Identifier: ISC
// A backup in a store, as every kind of store can list it.
#pragma once

#include <cstdint>

#include "keystore/backup/name.h"
#include "platform/base/clock.h"

namespace keystore {

struct BackupCopy {
  BackupName name;
  std::uint64_t size = 0;
  platform::Time stored;  // by the store's own clock

  bool operator==(const BackupCopy&) const = default;
};

/// A copy of a key for twenty recipients takes 4 KiB; a host's state rarely takes more than a few dozen.
inline constexpr std::size_t largest_backup = 3 * std::size_t{1024} * 1024;
/// At one destination. Beyond it, listing fails, because a list that is cut might lack the newest copy.
inline constexpr std::size_t most_backups = 20'000;

}  // namespace keystore
