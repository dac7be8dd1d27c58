// SPDX-License-Identifier: ISC
// The MongoDB databases of this host, and whether the journal of each is on the device of its data.
//
// A running mongod keeps the file mongod.lock in its data directory open, so nothing of its configuration has to be
// read. Anybody can run a process of that name: what is found here is worth a note and nothing more.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "platform/base/path.h"

namespace platform {

enum class JournalDevice : std::uint8_t {
  same,       // that of the data
  different,  // another one: a snapshot of one device has half of the database
  none,       // there is no journal on a disk
  unknown,    // it could not be examined
};

struct LocalDatabase {
  Path directory;  // of the data, as the process sees it
  JournalDevice journal = JournalDevice::unknown;

  bool operator==(const LocalDatabase&) const = default;
};

/// Sorted by directory, each once. Nothing when a process called mongod, or any process of another account, cannot be
/// looked into; and on Windows.
std::optional<std::vector<LocalDatabase>> find_local_databases();

}  // namespace platform
