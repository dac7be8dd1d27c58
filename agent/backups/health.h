// SPDX-License-Identifier: ISC
// How old this host's backups are, from its notes alone and without asking a destination.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "agent/backups/notes.h"
#include "agent/config/config_file.h"

namespace agent {

/// The copies of this host's present key and settings at one destination. Where copies in two formats are needed, it is
/// the worse of the two.
struct DestinationHealth {
  std::string destination;
  std::optional<std::string> name;
  std::optional<platform::Time> stored;
  std::optional<platform::Time> seen;  // last found there with the bytes that were stored
  std::optional<platform::Time> drilled;
  bool stale = false;        // never stored there, or not seen for longer than stale_after
  bool drill_stale = false;  // nobody opened a copy for longer than drill_stale_after; counts from the first copy
  std::optional<platform::Time> settings_seen;
  bool settings_stale = false;  // as `stale`, for the settings; false on a host without settings

  bool operator==(const DestinationHealth&) const = default;
};

struct BackupHealth {
  bool configured = false;  // there are recipients and a destination
  std::vector<DestinationHealth> destinations;

  [[nodiscard]] bool is_stale() const;
  bool operator==(const BackupHealth&) const = default;
};

/// `formats` are those that the configured recipients need. `epoch` is the record's: copies of another epoch are of an
/// earlier key and do not count. `has_settings` says whether Ops Manager has settings on this host.
BackupHealth backup_health(const Config& config, std::span<const keystore::BackupName::Format> formats,
                           const BackupNotes& notes, std::string_view epoch, bool has_settings, platform::Time now);

/// "file:///var/backups: seen 2026-11-22T02:29:17Z, never drilled".
std::string describe(const DestinationHealth& health);

}  // namespace agent
