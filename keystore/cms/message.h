// SPDX-License-Identifier: ISC
// Backups as CMS messages, for hosts whose OpenSSL uses approved algorithms only. `openssl cms -decrypt` opens them
// too.
//
//   AuthEnvelopedData (RFC 5083) with AES-256-GCM (RFC 5084), for each recipient one of
//     ECDH with a P-256 key, X9.63 key derivation with SHA-256, AES-256 key wrap (RFC 5753)
//     RSA-OAEP with SHA-256, for keys of at least 2048 bits                      (RFC 4056, RFC 8017)
//   as DER, or as PEM with the label CMS
//
// OpenSSL does all of it. The fields around the encrypted content, such as the recipients, are not authenticated. A
// change there makes the message unreadable or has no effect on the plaintext.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "keystore/cms/keys.h"
#include "platform/base/bytes.h"
#include "platform/base/result.h"
#include "platform/base/secret_bytes.h"

namespace keystore::cms {

namespace limits {
inline constexpr std::size_t plaintext = 32UL * 1024 * 1024;
inline constexpr std::size_t recipients = 128;
/// A message: the content, a few KiB for each recipient, and base64 around it all.
inline constexpr std::size_t file = (plaintext + recipients * 4096) / 2 * 3;
}  // namespace limits

enum class Form : std::uint8_t { der, pem };

/// usage without a recipient and beyond the limits; internal when OpenSSL fails.
platform::Result<platform::Bytes> seal(const platform::SecretBytes& plaintext, std::span<const Certificate> recipients,
                                       Form form = Form::der);

/// The whole plaintext or an error: bad_backup when it is not such a message, damaged or changed; wrong_identity when
/// the key belongs to none of its recipients.
platform::Result<platform::SecretBytes> open(platform::BytesView file, const PrivateKey& key);

/// Whether a file looks like a CMS message, in DER or PEM. open() decides whether it is one.
bool is_cms(platform::BytesView file);

/// What a message shows without a key. Nothing of it is authenticated.
struct Inspection {
  Form form = Form::der;
  std::vector<std::string> recipients;  // the kind of each: "ECDH", "RSA" or "other"; in no order

  bool operator==(const Inspection&) const = default;
};

/// bad_backup when it is not such a message.
platform::Result<Inspection> inspect(platform::BytesView file);

}  // namespace keystore::cms
