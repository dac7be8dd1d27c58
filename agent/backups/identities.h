// SPDX-License-Identifier: ISC
// What opens a backup: read from options, files and descriptors.
#pragma once

#include <vector>

#include "agent/config/options.h"
#include "keystore/age/identity.h"
#include "keystore/cms/message.h"
#include "platform/base/result.h"

namespace agent {

/// What may open a backup. Which format a backup has is seen only when it is read, so there may be both kinds.
struct BackupIdentities {
  std::vector<keystore::age::Identity> age;
  std::vector<keystore::cms::PrivateKey> cms;
};

/// Reads -i, --passphrase and --passphrase-fd. The passphrase is tried on the backup, and on private keys in PEM that
/// are encrypted. usage when the options give nothing, or a file holds no identity.
platform::Result<BackupIdentities> read_identities(const Options& options);

}  // namespace agent
