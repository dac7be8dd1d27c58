// Whom a backup is encrypted to, and what opens it: read from options, files, descriptors and the configuration.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "agent/config/config_file.h"
#include "agent/config/options.h"
#include "keystore/age/identity.h"
#include "keystore/age/recipient.h"
#include "keystore/backup/name.h"
#include "keystore/cms/message.h"
#include "keystore/passphrase.h"
#include "platform/base/result.h"

namespace agent {

/// Either a passphrase alone, or recipients of age, certificates of CMS, or both.
struct BackupRecipients {
  std::vector<keystore::age::Recipient> age;
  std::vector<keystore::cms::Certificate> certificates;
  std::optional<keystore::Passphrase> passphrase;
};

/// Those of the options, or where these name none those of the configuration. no_recipients when neither does. Asks on
/// the terminal, twice, for a passphrase. Recipients of age are left out where age is not allowed (fips=yes) and there
/// are certificates; without those it is configuration, and the sentence names the alternative.
platform::Result<BackupRecipients> read_recipients(const Options& options, const Config& config);
/// Whether the configuration names any.
bool has_recipients(const Config& config);

using BackupFormat = keystore::BackupName::Format;
/// The formats in which it takes a copy to serve all of them; for the configured ones, without reading their files.
std::vector<BackupFormat> formats_for(const BackupRecipients& recipients);
std::vector<BackupFormat> formats_for(const Config& config);
/// Tells lists apart, whatever their order; empty for a passphrase.
std::string digest_of(const BackupRecipients& recipients, BackupFormat format);
/// usage when the recipients are beyond what one copy may have.
platform::Result<platform::Bytes> seal_backup(const platform::SecretBytes& plaintext,
                                              const BackupRecipients& recipients, BackupFormat format, bool armored);

/// What may open a backup, of either format.
struct BackupIdentities {
  std::vector<keystore::age::Identity> age;
  std::vector<keystore::cms::PrivateKey> cms;
};

/// Those of -i and --passphrase or --passphrase-fd, which also opens an encrypted private key in PEM. usage when there
/// is none, or a file holds none.
platform::Result<BackupIdentities> read_identities(const Options& options);

/// The format is told by the content. As keystore::age::open() and keystore::cms::open(): all of it, or nothing.
platform::Result<platform::SecretBytes> open_backup(platform::BytesView content, const BackupIdentities& identities);

}  // namespace agent
