// SPDX-License-Identifier: ISC
// Writes a copy of what a host has to each of its destinations, unless the newest copy there is the same already.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "agent/backups/encryption.h"
#include "agent/backups/notes.h"
#include "agent/backups/store.h"
#include "agent/config/host.h"
#include "agent/report/report.h"

namespace agent {

/// How to find out whether a destination has the copy already.
enum class CheckAgainst : std::uint8_t {
  notes,  // without asking the destination: for commands that back up beside their own work and must not wait
  store,  // fetches the copy and compares its digest with the noted one
};

/// What is backed up. seal() encrypts it, and is called only when a destination lacks the copy.
struct BackupSource {
  keystore::BackupName::Content content = keystore::BackupName::Content::key;
  std::string revision;  // of a host's state; empty for a key
  std::function<platform::Result<platform::Bytes>(BackupFormat)> seal;
};

/// For callers that hold the lock of backups (lock_backups()). Reports what happens at each destination, and sets the
/// report's exit code. A failure at one destination does not keep a copy from the others; a destination that failed is
/// not tried again by the same writer.
class CopyWriter {
 public:
  /// Keeps references to all of its arguments.
  CopyWriter(const Host& host, const keystore::Record& record, const BackupRecipients& recipients,
             CheckAgainst check_against, Report& report);

  /// Call it once, before write(). configuration when this host's name cannot be part of a copy's name.
  platform::Result<void> begin();
  void write(const BackupSource& source);

 private:
  struct Copy;

  void count_key();
  void forget_removed_destinations();
  Copy copy_of(const BackupSource& source, BackupFormat format) const;
  platform::Result<void> write_unless_there(const BackupStore& store, const BackupSource& source, Copy& copy);
  platform::Result<bool> is_there(const BackupStore& store, const BackupNote& note);
  platform::Result<void> keep(BackupNote note);
  platform::Result<void> put(const BackupStore& store, const BackupNote* before, const Copy& copy);
  void tell_stored(const BackupNote& note, std::size_t size);
  void tell_failure(const std::string& destination, const BackupSource& source, const platform::Error& error);

  const Host& host_;
  const keystore::Record& record_;
  const BackupRecipients& recipients_;
  CheckAgainst check_against_;
  Report& report_;
  std::string own_name_;
  BackupNotes notes_;
  std::vector<BackupStore> stores_;
  std::set<std::string> failed_;  // destinations
};

}  // namespace agent
