// SPDX-License-Identifier: ISC
// `restore --host-state`: brings back Ops Manager's settings, and the fleet and generation of the key that is on this
// host. It never restores a key and never restarts Ops Manager.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "agent/backups/settings_diff.h"
#include "agent/config/host.h"
#include "agent/report/report.h"
#include "platform/base/path.h"
#include "platform/base/result.h"

namespace agent::commands {

/// What the backup would do to one file of this host.
enum class StateChange : std::uint8_t {
  unchanged,
  added,
  changed,
  left,  // the backup's record is of another key and is not used
};
std::string_view name_of(StateChange change);

struct StateFilePart {
  platform::Path file;
  StateChange change = StateChange::unchanged;
  NameChanges names;  // of settings; their values are never shown
};

/// The member "files" of the report, as agent/report/json.md describes it.
OwnMember files_member(const std::vector<StateFilePart>& files);

/// Shows what would change, by the names of settings. Writes only with --write, and keeps each file that it replaces
/// beside the displaced keys. usage when a file of the backup has no counterpart on this system; the errors of
/// open_asked_backup().
platform::Result<Report> restore_host_state(const Host& host);

}  // namespace agent::commands
