// Backups at a destination: a directory, which this process writes itself because nothing has to be parsed for it, or
// an S3 bucket, which the backup program (agent/backup_program/) talks to without root and without seeing a key.
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

/// Where it is, and whom it becomes when this is root.
struct BackupProgram {
  platform::Path file;
  std::optional<platform::Account> account;
};
/// That of this installation; program_absent when it is not there.
platform::Result<BackupProgram> find_backup_program(const platform::Account& account);

struct BackupStore {
  BackupDestination destination;
  BackupProgram program;
  std::optional<std::string> known_mount = std::nullopt;  // of a directory, as an earlier put gave it
  std::chrono::milliseconds patience{60'000};             // with a store that does not answer
};

enum class Removal : std::uint8_t {
  gone,
  former_version_stays,  // the bucket keeps versions: it is out of sight, and its bytes are there
};

/// Never overwrites: exists when another copy has that name. If the same bytes are there already, it succeeds, because
/// an earlier try may have stored them and lost the reply. Gives the network mount that holds the copy, if one does:
/// the next put takes it as known_mount.
platform::Result<std::optional<std::string>> put_backup(const BackupStore& store, const keystore::BackupName& name,
                                                        platform::BytesView content);
/// not_found when there is none.
platform::Result<platform::Bytes> get_backup(const BackupStore& store, const keystore::BackupName& name);
/// Those with a backup's name, in the order of their names.
platform::Result<std::vector<keystore::BackupCopy>> list_backups(const BackupStore& store);
/// store_locked when the bucket's object lock forbids it.
platform::Result<Removal> remove_backup(const BackupStore& store, const keystore::BackupName& name);

/// A tar of a host's files, made and read by the backup program; damaged_archive unless it holds nothing but regular
/// files, each once, of names that are expected.
platform::Result<platform::SecretBytes> pack_files(const BackupProgram& program, std::vector<NamedContent> files);
platform::Result<std::vector<NamedContent>> unpack_files(const BackupProgram& program, platform::SecretBytes tar,
                                                         const std::vector<std::string>& expected);

}  // namespace agent
