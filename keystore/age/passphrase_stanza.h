// A passphrase as the one recipient of a file: whoever knows it could have written the file, so that nobody else may be
// a recipient beside it.
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
/// Nothing when it is another passphrase; bad_backup when the stanza is malformed or wants more work than the limit;
/// io when there is not enough memory.
platform::Result<std::optional<FileKey>> unwrap(const Stanza& stanza, const Passphrase& passphrase);

platform::Result<void> check_scrypt(const Stanza& stanza);

}  // namespace keystore::age
