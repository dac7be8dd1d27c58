// A directory as a store of backups. It is opaque bytes that are stored: nothing of them is understood here, so root
// does it in its own process, with the installer that keys are installed by.
//
// A copy gets its name when it is complete and synced, 0600 and its owner the caller; no copy is ever overwritten.
// After a power cut at any instruction it is there, whole, or is not there.
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
  /// The network mount that held it when a copy was put there last, by the caller's notes.
  std::optional<std::string> known_mount = std::nullopt;
};

/// Each of these: mount_absent when the network mount that the directory lives on is gone, by the notes or by
/// /etc/fstab; nothing is then written or looked at underneath. not_found when there is no such directory or copy.

/// Makes the directory, 0700, when only it is missing. exists when another copy has that name; the same bytes under
/// that name are what was asked for, and are synced again. Gives the network mount that holds it, for the notes.
platform::Result<std::optional<std::string>> put(const BackupDirectory& directory, const BackupName& name,
                                                 platform::BytesView content);
platform::Result<std::optional<std::string>> put(const BackupDirectory& directory, const BackupName& name,
                                                 platform::BytesView content, platform::DiskCalls& calls);
platform::Result<platform::Bytes> get(const BackupDirectory& directory, const BackupName& name);
/// Regular files with a backup's name; what else lies there is nobody's business.
platform::Result<std::vector<BackupCopy>> list(const BackupDirectory& directory);
/// Gone and durable when it returns, also when it was not there.
platform::Result<void> remove(const BackupDirectory& directory, const BackupName& name);

}  // namespace keystore
