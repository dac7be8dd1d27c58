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

/// Of the copies of this host's present key, and of its settings, at one destination; of those in two formats, the
/// worse.
struct DestinationHealth {
  std::string destination;
  std::optional<std::string> name;
  std::optional<platform::Time> stored;
  std::optional<platform::Time> seen;  // last found there, as it was stored
  std::optional<platform::Time> drilled;
  bool stale = false;        // never stored there, or not seen for longer than stale_after
  bool drill_stale = false;  // not drilled for longer than drill_stale_after since then, or since the first copy
  std::optional<platform::Time> settings_seen;
  bool settings_stale = false;  // those that this host has were never stored there, or not seen for stale_after

  bool operator==(const DestinationHealth&) const = default;
};

struct BackupHealth {
  bool configured = false;  // there are recipients and a destination
  std::vector<DestinationHealth> destinations;

  [[nodiscard]] bool is_stale() const;
  bool operator==(const BackupHealth&) const = default;
};

/// `formats` are those that the configured recipients take; `epoch` is that of the record, and a copy of another one is
/// none of the present key. `has_settings`: there are settings of Ops Manager that a copy could be of.
BackupHealth backup_health(const Config& config, std::span<const keystore::BackupName::Format> formats,
                           const BackupNotes& notes, std::string_view epoch, bool has_settings, platform::Time now);

/// "file:///var/backups: seen 2026-11-22T02:29:17Z, never drilled".
std::string describe(const DestinationHealth& health);

}  // namespace agent
