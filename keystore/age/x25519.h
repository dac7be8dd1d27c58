// SPDX-License-Identifier: ISC
// age's own kind of recipient: an X25519 key.
//
//   -> X25519 SHARE            share = X25519(ephemeral secret, base point)
//   wrapped file key           key = HKDF(X25519(ephemeral secret, recipient), share || recipient,
//                                         "age-encryption.org/v1/X25519")
//
//   recipient  bech32 "age",             lower case: age1...
//   identity   bech32 "age-secret-key-", upper case: AGE-SECRET-KEY-1...
#pragma once

#include "keystore/age/header.h"

namespace keystore::age {

struct X25519Recipient {
  Point point{};

  /// usage when it is mistyped or not a recipient of this kind.
  static platform::Result<X25519Recipient> parse(std::string_view text);
  [[nodiscard]] std::string text() const;
  /// usage when the point is of low order.
  [[nodiscard]] platform::Result<Stanza> wrap(const FileKey& file_key) const;

  bool operator==(const X25519Recipient&) const = default;
};

class X25519Identity {
 public:
  static X25519Identity generate();
  /// Nothing when the characters are not an identity.
  static std::optional<X25519Identity> parse(std::span<const std::byte> text);
  /// Its characters, without the end of a line.
  [[nodiscard]] platform::SecretBytes text() const;
  [[nodiscard]] X25519Recipient recipient() const { return {public_half(scalar_)}; }

  /// Nothing when the stanza is for another identity; bad_backup when it is malformed.
  [[nodiscard]] platform::Result<std::optional<FileKey>> unwrap(const Stanza& stanza) const;

 private:
  explicit X25519Identity(Scalar scalar) : scalar_(std::move(scalar)) {}
  Scalar scalar_;
};

inline constexpr std::string_view x25519_kind = "X25519";

/// bad_backup unless the stanza is well-formed.
platform::Result<void> check_x25519(const Stanza& stanza);

}  // namespace keystore::age
