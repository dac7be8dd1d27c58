// SPDX-License-Identifier: ISC
// The roster on disk, in three files of the agent's account:
//
//   roster.json    peers, added addresses, last results; schema "genkey-agent/roster/2"
//   roster.log     peers that the listener has met since roster.json was written, one JSON object a line
//   removed.json   removals; schema "genkey-agent/removed/1". It survives damage to the other two.
//
// The log makes a new peer cost one small write, however many peers there are. It is merged when it has grown to
// limits::roster_log, and by every command that changes the roster. A line of it that was cut by a power loss is
// ignored: that peer proves the key again.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/config/host.h"
#include "agent/fleet/roster.h"
#include "agent/fleet/state_file.h"

namespace agent {

class RosterFile {
 public:
  RosterFile(const platform::Path& directory, const platform::Account& owner, std::vector<std::string> listed = {});

  /// As StateFile::current(). Valid until the next call.
  platform::Result<std::reference_wrapper<const Roster>> current();
  /// As StateFile::update(). Removals are on the disk before the rest.
  platform::Result<void> update(const std::function<void(Roster&)>& change);
  /// Roster::remember() for one peer, as one small write. Durable when it returns.
  platform::Result<void> append(const Peer& peer);

  [[nodiscard]] const std::optional<std::string>& damage() const { return main_.damage(); }

 private:
  struct Seen {
    std::optional<platform::FileFacts> main;
    std::optional<platform::FileFacts> removed;
    std::optional<platform::FileFacts> log;
  };
  [[nodiscard]] platform::Result<Seen> look() const;
  platform::Result<void> reload(Locked locked);
  static void replay(std::string_view lines, Roster& roster);
  platform::Result<void> write(Roster changed);

  platform::Path main_path_;
  platform::Path removed_path_;
  platform::Path log_path_;
  platform::Account owner_;
  StateFile<Roster> main_;
  StateFile<Removals> removals_;
  Roster roster_;             // of the three files
  std::optional<Seen> seen_;  // the files that roster_ was read from
  bool failed_ = false;       // a write may have its name without being on the disk
};

RosterFile roster_of(const Host& host);

}  // namespace agent
