// The places where this host's backups are: a store for each configured destination, and one copy from wherever it is.
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

/// Held by whoever makes, removes or notes backups; not the state's lock, which nobody may hold while stores are waited
/// for. Makes the state directory when there is none.
platform::Result<platform::FileLock> lock_backups(const Host& host);

/// What this host is called in the names of its copies. configuration when its name cannot be in one.
platform::Result<std::string> backup_host(const Host& host);

/// A copy as it was found.
struct FoundBackup {
  std::string origin;                        // for people: a path, "standard input", or "NAME at DESTINATION"
  platform::Bytes content;                   // encrypted
  std::optional<keystore::BackupName> name;  // when that is what it is called
  std::optional<std::string> destination;    // text_of() it, when it was there
};
/// `what` is "-", a path, or the name of a copy at one of the destinations: when it has no slash and parses as a name,
/// and no such file is there. usage when it is nothing of these; the error of a store when none has it and not all
/// answered.
platform::Result<FoundBackup> find_backup(const Host& host, const std::string& what);

}  // namespace agent
