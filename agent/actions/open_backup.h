// Finding a backup and opening it, as restore does it before anything on the host is touched.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "agent/config/host.h"
#include "agent/report/report.h"
#include "keystore/backup/name.h"
#include "platform/base/secret_bytes.h"

namespace agent {

struct OpenedBackup {
  std::string origin;                        // for people: a path, "standard input", or "NAME at DESTINATION"
  std::optional<keystore::BackupName> name;  // a label, which proves nothing
  platform::SecretBytes content;
};

/// Judges what was opened; an error: take another copy, and this was why. Its sentence is put behind the origin.
using Acceptable = std::function<platform::Result<void>(const platform::SecretBytes& content)>;

/// The backup that the options name, or else the newest one at the configured destinations that can be opened and is
/// acceptable. What was left out on the way is told in the report.
platform::Result<OpenedBackup> open_asked_backup(const Host& host, keystore::BackupName::Content content,
                                                 const Acceptable& acceptable, Report& report);

}  // namespace agent
