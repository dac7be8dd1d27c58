// SPDX-License-Identifier: ISC
// A YubiKey as a recipient: the P-256 key in one of its PIV slots. Only age-plugin-yubikey can open what it receives.
//
//   -> piv-p256 TAG SHARE      tag = first 4 bytes of SHA-256(recipient), share = ephemeral point; points are
//   compressed wrapped file key           key = HKDF(ECDH(ephemeral secret, recipient), share || recipient, "piv-p256")
//
//   recipient  bech32 "age1yubikey": age1yubikey1...
//
// Source: age-plugin-yubikey; the format is not in the specification.
#pragma once

#include "keystore/age/header.h"

namespace keystore::age {

struct PivRecipient {
  using CompressedPoint = std::array<std::byte, 33>;
  CompressedPoint point{};

  /// usage when it is mistyped or not a point of the curve.
  static platform::Result<PivRecipient> parse(std::string_view text);
  [[nodiscard]] std::string text() const;
  /// internal when OpenSSL cannot do it.
  [[nodiscard]] platform::Result<Stanza> wrap(const FileKey& file_key) const;

  bool operator==(const PivRecipient&) const = default;
};

inline constexpr std::string_view piv_kind = "piv-p256";

/// bad_backup unless the stanza is well-formed. What it wraps can only be unwrapped by the YubiKey.
platform::Result<void> check_piv(const Stanza& stanza);

}  // namespace keystore::age
