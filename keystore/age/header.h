// The text that an age file begins with: who can open it, each in a stanza, and a MAC over all that.
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
  std::string authenticated;  // what the MAC is made of
  std::size_t size = 0;       // how much of the file it is

  bool operator==(const Header&) const = default;
};

/// bad_backup when the file does not begin with a header as the specification has it, or with one beyond the limits.
/// What the stanzas say is not looked at.
platform::Result<Header> read_header(platform::BytesView file);
std::string write_header(const std::vector<Stanza>& stanzas, const FileKey& file_key);

/// In constant time.
bool has_mac_of(const Header& header, const FileKey& file_key);

/// The sentences about a file begin with the part that is wrong: the armor, the header, the MAC of the header, the
/// payload.
tl::unexpected<platform::Error> bad_header(std::string_view what);

/// A stanza's body as the wrapped file key, whose length is checked before anything is decrypted.
platform::Result<WrappedKey> wrapped_key_of(const Stanza& stanza);
platform::Bytes body_of(const WrappedKey& wrapped);

}  // namespace keystore::age
