// SPDX-License-Identifier: ISC
// Encrypting backups and opening them, in the format of age or as a CMS message.
#pragma once

#include "agent/backups/identities.h"
#include "agent/backups/recipients.h"
#include "platform/base/bytes.h"
#include "platform/base/result.h"
#include "platform/base/secret_bytes.h"

namespace agent {

/// usage when the recipients are beyond what one copy may have.
platform::Result<platform::Bytes> seal_backup(const platform::SecretBytes& plaintext,
                                              const BackupRecipients& recipients, BackupFormat format, bool armored);

/// Recognises the format by the content. Gives the whole plaintext or an error, as keystore::age::open() and
/// keystore::cms::open() do.
platform::Result<platform::SecretBytes> open_backup(platform::BytesView saved, const BackupIdentities& identities);

}  // namespace agent
