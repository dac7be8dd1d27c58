// The key itself: the 24 bytes that Ops Manager keeps in gen.key.
//
// The length is that of a three-key Triple-DES key, which Ops Manager's own encryption uses. A GenKey that is not
// exactly 24 bytes cannot exist; a weak one can, because real fleets have them.
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

  /// invalid_key unless `bytes` are exactly 24; they are taken as they are, never trimmed.
  static platform::Result<GenKey> create(platform::SecretBytes bytes);
  /// New random bytes, never weak ones.
  static GenKey generate();

  [[nodiscard]] GenKey duplicate() const { return GenKey(bytes_.duplicate()); }
  /// Its bytes for another owner: a message that hands it over.
  [[nodiscard]] platform::SecretBytes duplicate_bytes() const { return bytes_.duplicate(); }
  [[nodiscard]] bool equals(const GenKey& other) const { return bytes_.equals(other.bytes_); }
  [[nodiscard]] std::span<const std::byte> reveal() const { return bytes_.reveal(); }

 private:
  explicit GenKey(platform::SecretBytes bytes) : bytes_(std::move(bytes)) {}
  platform::SecretBytes bytes_;
};

static_assert(!std::is_copy_constructible_v<GenKey> && !std::is_default_constructible_v<GenKey>);

/// As weakness_in() says.
std::optional<Weakness> weakness_of(const GenKey& key);

}  // namespace keystore
