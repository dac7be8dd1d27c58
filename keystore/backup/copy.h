// A backup as it lies in a store: what every kind of store can tell of it.
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

/// A key with twenty recipients has 4 KiB, a host's state rarely more than some tens of them.
inline constexpr std::size_t largest_backup = 3 * std::size_t{1024} * 1024;
/// What one store may hold under one destination: beyond it, listing fails rather than leave out the newest.
inline constexpr std::size_t most_backups = 20'000;

}  // namespace keystore
