// SPDX-License-Identifier: ISC
// The text at the beginning of an age file: a stanza for each recipient, and a MAC over all stanzas.
//
//   age-encryption.org/v1
//   -> X25519 SHARE                  a stanza: its kind and its arguments
//   BODY                             in base64, wrapped at 64 columns; the last line is shorter, if need be empty
//   --- MAC                          HMAC-SHA-256 of everything up to and with "---"
//
// Lines end with one line feed and nothing else. Source: c2sp.org/age.
#pragma once

#include <string>
#include <vector>

#include "keystore/age/primitives.h"
#include "platform/base/result.h"

namespace keystore::age {

struct Stanza {
  std::vector<std::string> arguments;  // never empty
  platform::Bytes body;

  [[nodiscard]] const std::string& kind() const { return arguments.front(); }
  bool operator==(const Stanza&) const = default;
};

struct Header {
  std::vector<Stanza> stanzas;  // never empty
  HeaderMac mac{};
  std::string authenticated;  // the text that the MAC covers
  std::size_t size = 0;       // in the file, in bytes

  bool operator==(const Header&) const = default;
};

/// bad_backup when the file does not begin with a header of this form within the limits. The content of the stanzas is
/// not checked.
platform::Result<Header> read_header(platform::BytesView file);
std::string write_header(const std::vector<Stanza>& stanzas, const FileKey& file_key);

/// Whether the file key belongs to this header. Compares in constant time.
bool has_mac_of(const Header& header, const FileKey& file_key);

/// bad_backup, with a sentence about the header.
tl::unexpected<platform::Error> bad_header(std::string_view what);

/// The body of a stanza as a wrapped file key; bad_backup for another length. The specification demands that the length
/// is checked before anything is decrypted.
platform::Result<WrappedKey> wrapped_key_of(const Stanza& stanza);
platform::Bytes body_of(const WrappedKey& wrapped);

}  // namespace keystore::age
