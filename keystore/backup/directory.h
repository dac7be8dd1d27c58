// SPDX-License-Identifier: ISC
// A directory as a store of backups. The bytes are stored as they are and never parsed, so root can do it in its own
// process, with the same installer as for keys.
//
// A copy gets its name only when it is complete and synced. Its mode is 0600, its owner the caller. No copy is ever
// overwritten. After a power cut at any instruction the copy is there and whole, or it is not there.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "keystore/backup/copy.h"
#include "platform/base/bytes.h"
#include "platform/base/path.h"
#include "platform/base/result.h"
#include "platform/files/file.h"

namespace keystore {

struct BackupDirectory {
  platform::Path path;
  /// The network mount that held the last copy, as put() gave it.
  std::optional<std::string> known_mount = std::nullopt;
};

/// All of these fail with mount_absent if the directory belongs on a network mount, by known_mount or /etc/fstab, and
/// the mount is not there; then nothing underneath is read or written. not_found when there is no such directory or
/// copy.

/// Makes the directory, 0700, if only its last part is missing. exists when another copy has that name; if it has the
/// same bytes, it is synced again and that is a success. Gives the network mount that holds the copy, if one does.
platform::Result<std::optional<std::string>> put(const BackupDirectory& directory, const BackupName& name,
                                                 platform::BytesView content);
platform::Result<std::optional<std::string>> put(const BackupDirectory& directory, const BackupName& name,
                                                 platform::BytesView content, platform::DiskCalls& calls);
platform::Result<platform::Bytes> get(const BackupDirectory& directory, const BackupName& name);
/// The regular files that have a backup's name. Everything else in the directory is ignored.
platform::Result<std::vector<BackupCopy>> list(const BackupDirectory& directory);
/// Durable on return. Removing a copy that is not there succeeds.
platform::Result<void> remove(const BackupDirectory& directory, const BackupName& name);

}  // namespace keystore
