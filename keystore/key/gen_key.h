// SPDX-License-Identifier: ISC
// The key itself: the 24 bytes that Ops Manager keeps in gen.key.
//
// The length is that of a three-key Triple-DES key, which Ops Manager's own encryption uses. A GenKey that is not
// exactly 24 bytes cannot exist. A weak one can exist, because real fleets have weak keys and cannot change them.
#pragma once

#include <cstddef>
#include <optional>

#include "keystore/key/weakness.h"
#include "platform/base/result.h"
#include "platform/base/secret_bytes.h"

namespace keystore {

class GenKey {
 public:
  static constexpr std::size_t size = 24;

  /// Fails with invalid_key unless `bytes` are exactly 24. They are never trimmed: a random key may begin or end with a
  /// byte that looks like white space.
  static platform::Result<GenKey> create(platform::SecretBytes bytes);
  /// New random bytes, never a weak key.
  static GenKey generate();

  [[nodiscard]] GenKey duplicate() const { return GenKey(bytes_.duplicate()); }
  /// The bytes for another owner: a message that hands the key over.
  [[nodiscard]] platform::SecretBytes duplicate_bytes() const { return bytes_.duplicate(); }
  [[nodiscard]] bool equals(const GenKey& other) const { return bytes_.equals(other.bytes_); }
  [[nodiscard]] std::span<const std::byte> reveal() const { return bytes_.reveal(); }

 private:
  explicit GenKey(platform::SecretBytes bytes) : bytes_(std::move(bytes)) {}
  platform::SecretBytes bytes_;
};

static_assert(!std::is_copy_constructible_v<GenKey> && !std::is_default_constructible_v<GenKey>);

/// weakness_in() for the bytes of a key.
std::optional<Weakness> weakness_of(const GenKey& key);

}  // namespace keystore
