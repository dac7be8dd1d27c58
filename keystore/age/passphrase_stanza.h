// SPDX-License-Identifier: ISC
// A passphrase as the only recipient of a file. Whoever knows it could have written the file, so the format allows no
// other recipient beside it.
//
//   -> scrypt SALT LOGARITHM   key = scrypt(passphrase, "age-encryption.org/v1/scrypt" || salt, N = 2^logarithm,
//   wrapped file key                        r = 8, p = 1)
#pragma once

#include "keystore/age/header.h"
#include "keystore/age/limits.h"

namespace keystore::age {

inline constexpr std::string_view scrypt_kind = "scrypt";

/// io when there is not enough memory.
platform::Result<Stanza> wrap(const FileKey& file_key, const Passphrase& passphrase, int work_factor);
/// Nothing for a wrong passphrase. bad_backup when the stanza is malformed or wants more work than the limit; io when
/// there is not enough memory.
platform::Result<std::optional<FileKey>> unwrap(const Stanza& stanza, const Passphrase& passphrase);

/// bad_backup unless the stanza is well-formed and within the limit.
platform::Result<void> check_scrypt(const Stanza& stanza);

}  // namespace keystore::age
