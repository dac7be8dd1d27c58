// SPDX-License-Identifier: ISC
// The encrypted content of an age file, in the STREAM construction.
//
//   payload     = nonce (16), chunks
//   payload key = HKDF-SHA-256(file key, salt = nonce, label "payload")
//   chunk       = ChaCha20-Poly1305(payload key, nonce = counter (11, big-endian) || last (1), 64 KiB of plaintext)
//
// The last chunk may be shorter, and is empty only where there is no plaintext at all. Source: c2sp.org/age.
#pragma once

#include "keystore/age/primitives.h"
#include "platform/base/result.h"

namespace keystore::age {

/// The size of the plaintext in a payload of this size. Needs no key. bad_backup when no payload has this size, or it
/// is beyond the limit.
platform::Result<std::size_t> plaintext_size_of(std::size_t payload_size);

platform::Bytes seal_payload(const platform::SecretBytes& plaintext, const FileKey& file_key);
/// The whole plaintext, or bad_backup.
platform::Result<platform::SecretBytes> open_payload(platform::BytesView payload, const FileKey& file_key);

}  // namespace keystore::age
