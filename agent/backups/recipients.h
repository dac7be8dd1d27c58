// SPDX-License-Identifier: ISC
// For whom a backup is encrypted: read from options, files, descriptors and the configuration.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "agent/config/config_file.h"
#include "agent/config/options.h"
#include "keystore/age/recipient.h"
#include "keystore/backup/name.h"
#include "keystore/cms/message.h"
#include "keystore/passphrase.h"
#include "platform/base/result.h"

namespace agent {

/// Either a passphrase and nothing else, or age recipients and CMS certificates, at least one of them.
struct BackupRecipients {
  std::vector<keystore::age::Recipient> age;
  std::vector<keystore::cms::Certificate> certificates;
  std::optional<keystore::Passphrase> passphrase;
};

/// The recipients of the options; if these name none, those of the configuration; if neither does, no_recipients. Asks
/// for a passphrase twice on the terminal. Where OpenSSL allows no age (fips=yes), age recipients are left out as long
/// as there are certificates; without certificates the error is configuration.
platform::Result<BackupRecipients> read_recipients(const Options& options, const Config& config);

using BackupFormat = keystore::BackupName::Format;
/// The formats that are needed so that every recipient can open a copy. For a configuration, no file is read.
std::vector<BackupFormat> formats_for(const BackupRecipients& recipients);
std::vector<BackupFormat> formats_for(const Config& config);
/// Two lists of the same recipients have the same digest, in any order. Empty for a passphrase.
std::string digest_of(const BackupRecipients& recipients, BackupFormat format);

}  // namespace agent
