// SPDX-License-Identifier: ISC
// Copies at a destination. This process writes a directory itself, because nothing has to be parsed for that. The
// backup program (agent/backup_program/) talks to an S3 bucket, without root and without ever seeing a key.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "agent/backups/program_request.h"
#include "agent/config/backup_destination.h"
#include "keystore/backup/copy.h"
#include "keystore/backup/name.h"
#include "platform/accounts/account.h"
#include "platform/base/bytes.h"
#include "platform/base/path.h"
#include "platform/base/result.h"

namespace agent {

inline constexpr const char* backup_program_name = "genkey-agent-backup";

/// Where the backup program is, and the account that it takes when this process is root.
struct BackupProgram {
  platform::Path file;
  std::optional<platform::Account> account;
};
/// The one of this installation; program_absent when it is missing.
platform::Result<BackupProgram> find_backup_program(const platform::Account& account);

struct BackupStore {
  BackupDestination destination;
  BackupProgram program;
  std::optional<std::string> known_mount = std::nullopt;  // as an earlier put_backup() gave it
  std::chrono::milliseconds patience{60'000};             // for one request to a store that does not answer
  bool quiet = false;                                     // shows no line while it waits
};

enum class Removal : std::uint8_t {
  gone,
  former_version_stays,  // the bucket keeps versions: the copy is hidden, but its bytes are still there
};

/// Never overwrites: exists when another copy has that name. If the same bytes are there already, it succeeds, because
/// an earlier try may have stored them and lost the reply. Gives the network mount that holds the copy, if one does:
/// the next put takes it as known_mount.
platform::Result<std::optional<std::string>> put_backup(const BackupStore& store, const keystore::BackupName& name,
                                                        platform::BytesView content);
/// not_found when there is none.
platform::Result<platform::Bytes> get_backup(const BackupStore& store, const keystore::BackupName& name);
/// The objects whose name is a backup's, sorted by name. Others are left out.
platform::Result<std::vector<keystore::BackupCopy>> list_backups(const BackupStore& store);
/// store_locked when the bucket's object lock forbids it. A copy that is not there counts as removed.
platform::Result<Removal> remove_backup(const BackupStore& store, const keystore::BackupName& name);

/// Whether the backup program starts: it needs libraries that the package only recommends. program_absent with the
/// reason when it does not.
platform::Result<void> check_start(const BackupProgram& program);

/// The backup program makes and reads a tar of a host's files. Reading gives damaged_archive unless the tar holds only
/// regular files with expected names, each at most once.
platform::Result<platform::SecretBytes> pack_files(const BackupProgram& program, std::vector<NamedContent> files);
platform::Result<std::vector<NamedContent>> unpack_files(const BackupProgram& program, platform::SecretBytes tar,
                                                         const std::vector<std::string>& expected);

}  // namespace agent
