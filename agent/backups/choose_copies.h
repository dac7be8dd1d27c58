// SPDX-License-Identifier: ISC
// Chooses, among the copies at several destinations, those that a restore may use. It goes by the names of the copies
// alone, which prove nothing: whoever opens a copy checks what is in it.
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
  std::optional<std::uint32_t> generation;  // as recorded
  std::optional<std::string> host;          // whose copy; a key is the same on all of them
};

/// The copies that match, the newest first, all of one generation: the wanted one, or else the latest. A copy of an
/// earlier generation never stands in for a later one. not_found when no copy matches; usage, naming the fleets, when
/// no fleet is wanted and there are copies of several.
platform::Result<std::vector<FoundCopy>> choose_copies(const std::vector<FoundCopy>& copies, const Wanted& wanted);

/// The latest generation of the fleet's key among the copies; 0 when there is none.
std::uint32_t latest_generation(const std::vector<FoundCopy>& copies, const keystore::FleetId& fleet);

}  // namespace agent
