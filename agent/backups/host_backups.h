// SPDX-License-Identifier: ISC
// This host's backups: a store for each configured destination, their lock, and one copy from wherever it is.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "agent/backups/notes.h"
#include "agent/backups/store.h"
#include "agent/base/limits.h"
#include "agent/config/host.h"
#include "platform/files/lock.h"

namespace agent {

/// A store that the notes know nothing of. It uses the backup program of this installation; where that is absent, the
/// first use of a store that needs it fails.
BackupStore store_at(const Host& host, BackupDestination destination);
/// For each configured destination, in its order, with the network mount that the notes have of it. `patience` bounds
/// each request to a store that does not answer.
std::vector<BackupStore> backup_stores(const Host& host, const BackupNotes& notes,
                                       std::chrono::milliseconds patience = limits::backup_patience);

/// The lock of backups, for everyone who makes or removes copies or writes the notes. It is separate from the lock of
/// the state, because a store may take a minute to answer and the gate must not wait that long. Makes the state
/// directory when it is missing.
platform::Result<platform::FileLock> lock_backups(const Host& host);

/// This host's name as it stands in the names of its copies. configuration when it cannot be part of one.
platform::Result<std::string> backup_host(const Host& host);

/// A copy as it was found.
struct FoundBackup {
  std::string origin;                        // for messages: a path, "standard input", or "NAME at DESTINATION"
  platform::Bytes content;                   // encrypted
  std::optional<keystore::BackupName> name;  // if it has the name of a backup
  std::optional<std::string> destination;    // its text_of(), if it came from one
};
/// `what` is "-", a path, or the name of a copy at one of the destinations. It counts as a name if it parses as one,
/// has no slash, and no file of that name is there. usage when there is no such thing; if some destinations did not
/// answer and no other has the copy, the error of one that did not.
platform::Result<FoundBackup> find_backup(const Host& host, const std::string& what);

}  // namespace agent
