// SPDX-License-Identifier: ISC
// Whole age files. `age -d` opens what is sealed here, and the reverse. Source: c2sp.org/age.
//
//   file = header (age/header.h), payload (age/payload.h); or both as text (age/armor.h), which is detected
//
// Everything is done in memory, within the limits of age/limits.h. A file that was truncated or changed anywhere gives
// an error, and never a part of its plaintext.
#pragma once

#include <vector>

#include "keystore/age/identity.h"
#include "keystore/age/limits.h"
#include "keystore/age/recipient.h"

namespace keystore::age {

enum class Form : std::uint8_t { binary, armored };

/// configuration if OpenSSL is set to approved algorithms only (fips=yes), or has no others. age uses none of those;
/// the sentence names CMS as the alternative. seal() and open() check this themselves.
platform::Result<void> is_allowed();

/// Encrypts to each of the recipients. usage without any, or with more or a larger plaintext than the limits.
platform::Result<platform::Bytes> seal(const platform::SecretBytes& plaintext, std::span<const Recipient> recipients,
                                       Form form = Form::binary);
/// Encrypts to a passphrase alone, with a work factor from 1 to limits::work_factor_read (else usage). io without
/// enough memory.
platform::Result<platform::Bytes> seal(const platform::SecretBytes& plaintext, const Passphrase& passphrase,
                                       Form form = Form::binary, int work_factor = limits::work_factor);

/// Opens with the first identity that fits. bad_backup when the file is not an age file, damaged or changed;
/// wrong_identity, naming the kinds of its recipients, when none of the identities opens it.
platform::Result<platform::SecretBytes> open(platform::BytesView file, std::span<const Identity> identities);

/// What a file shows without an identity. Nothing of it is authenticated.
struct Inspection {
  Form form = Form::binary;
  std::vector<std::string> recipients;  // the kind of each stanza, in their order: "X25519", "scrypt" ...
  std::size_t plaintext_size = 0;

  bool operator==(const Inspection&) const = default;
};

/// bad_backup when the armor, the header, a stanza of a known kind, or the framing of the payload is damaged. A success
/// does not prove that the file opens.
platform::Result<Inspection> inspect(platform::BytesView file);

}  // namespace keystore::age
