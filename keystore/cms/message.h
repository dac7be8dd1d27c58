// Backups as CMS messages, for hosts whose OpenSSL uses approved algorithms only: `openssl cms -decrypt` restores them.
//
//   AuthEnvelopedData (RFC 5083) with AES-256-GCM (RFC 5084), for each recipient one of
//     ECDH with a P-256 key, X9.63 key derivation with SHA-256, AES-256 key wrap (RFC 5753)
//     RSA-OAEP with SHA-256, for keys of at least 2048 bits                      (RFC 4056, RFC 8017)
//   as DER, or as PEM with the label CMS
//
// All of it is OpenSSL's. What surrounds the encrypted content, such as who the recipients are, is not authenticated: a
// change there either makes the message unreadable or leaves the plaintext what it was.
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
/// A message: what is encrypted, a few KiB per recipient, and base64 around all that.
inline constexpr std::size_t file = (plaintext + recipients * 4096) / 2 * 3;
}  // namespace limits

enum class Form : std::uint8_t { der, pem };

/// usage without a recipient, or beyond the limits; internal when OpenSSL cannot do it.
platform::Result<platform::Bytes> seal(const platform::SecretBytes& plaintext, std::span<const Certificate> recipients,
                                       Form form = Form::der);

/// All of it or nothing. bad_backup when it is no such message, damaged or changed; wrong_identity when the key is not
/// that of a recipient.
platform::Result<platform::SecretBytes> open(platform::BytesView file, const PrivateKey& key);

/// Whether a file is meant as a CMS message, DER or PEM.
bool is_cms(platform::BytesView file);

/// What can be told without a key; nothing in it is authenticated.
struct Inspection {
  Form form = Form::der;
  std::vector<std::string> recipients;  // the kind of each, "ECDH" or "RSA", in no order

  bool operator==(const Inspection&) const = default;
};

/// bad_backup when it is no such message.
platform::Result<Inspection> inspect(platform::BytesView file);

}  // namespace keystore::cms
