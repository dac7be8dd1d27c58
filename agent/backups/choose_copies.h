// Which of the copies at several destinations is to be restored.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "keystore/backup/copy.h"
#include "keystore/host_key/record.h"
#include "platform/base/result.h"

namespace agent {

struct FoundCopy {
  std::size_t destination = 0;  // an index into the caller's list
  keystore::BackupCopy copy;

  bool operator==(const FoundCopy&) const = default;
};

/// What a copy has to be. An empty optional means any.
struct Wanted {
  keystore::BackupName::Content content = keystore::BackupName::Content::key;
  std::optional<keystore::FleetId> fleet;   // the recorded one, when there is a record
  std::optional<std::uint32_t> generation;  // with it
  std::optional<std::string> host;          // whose copy; a key is the same on all of them
};

/// Those that would do, the newest first. Without a fleet all must be of one, and of its latest generation: an earlier
/// one is never taken in its place. not_found when there are none; usage, naming the fleets, when there are several.
platform::Result<std::vector<FoundCopy>> choose_copies(const std::vector<FoundCopy>& copies, const Wanted& wanted);

/// The latest generation of a fleet that any of them has; 0 when none has it.
std::uint32_t latest_generation(const std::vector<FoundCopy>& copies, const keystore::FleetId& fleet);

}  // namespace agent
