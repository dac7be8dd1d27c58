// SPDX-License-Identifier: ISC
// Finds the backup that a restore is to use, and opens it. Changes nothing on the host.
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
  std::string origin;                        // for messages: a path, "standard input", or "NAME at DESTINATION"
  std::optional<keystore::BackupName> name;  // a label; it proves nothing
  platform::SecretBytes content;
};

/// Checks what was opened. An error means that the next copy is tried; its sentence is reported behind the origin.
using Acceptable = std::function<platform::Result<void>(const platform::SecretBytes& content)>;

/// The backup that the options name; or else the newest one at the configured destinations that opens and is
/// acceptable. Destinations and copies that were left out become warnings in the report. usage when the options name no
/// backup and none can be looked for; otherwise the error of the first copy that was tried.
platform::Result<OpenedBackup> open_asked_backup(const Host& host, keystore::BackupName::Content content,
                                                 const Acceptable& acceptable, Report& report);

}  // namespace agent
