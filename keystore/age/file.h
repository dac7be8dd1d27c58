// Whole age files, c2sp.org/age: what `age -d` restores, and what age has encrypted.
//
//   file = header (age/header.h), payload (age/payload.h); or both as text (age/armor.h), which is detected
//
// Everything is in memory and within age/limits.h. What is opened is given back whole or not at all: a file that was
// truncated or changed anywhere gives an error, never a part of what was in it, nor anything else.
#pragma once

#include <vector>

#include "keystore/age/identity.h"
#include "keystore/age/limits.h"
#include "keystore/age/recipient.h"

namespace keystore::age {

enum class Form : std::uint8_t { binary, armored };

/// configuration while OpenSSL is told to use approved algorithms only (fips=yes), or has no others: age has none of
/// those, and the sentence names what has. All of seal() and open() ask.
platform::Result<void> is_allowed();

/// Encrypts to each of the recipients. usage without any, or with more or a larger plaintext than the limits.
platform::Result<platform::Bytes> seal(const platform::SecretBytes& plaintext, std::span<const Recipient> recipients,
                                       Form form = Form::binary);
/// Encrypts to a passphrase alone, with a work factor from 1 to limits::work_factor_read (else usage). io without
/// enough memory.
platform::Result<platform::Bytes> seal(const platform::SecretBytes& plaintext, const Passphrase& passphrase,
                                       Form form = Form::binary, int work_factor = limits::work_factor);

/// Opens with the first identity that can. bad_backup when the file is none, damaged or changed; wrong_identity when
/// none of them opens it, which names the kinds of recipients that would.
platform::Result<platform::SecretBytes> open(platform::BytesView file, std::span<const Identity> identities);

/// What can be told about a file without an identity. It is public, and nothing in it is authenticated.
struct Inspection {
  Form form = Form::binary;
  std::vector<std::string> recipients;  // the kind of each stanza, in their order: "X25519", "scrypt" ...
  std::size_t plaintext_size = 0;

  bool operator==(const Inspection&) const = default;
};

/// bad_backup when its armor, header, the stanzas of known kinds, or the framing of its payload are damaged. That an
/// inspection succeeds does not prove that the file opens.
platform::Result<Inspection> inspect(platform::BytesView file);

}  // namespace keystore::age
