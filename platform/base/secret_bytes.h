// SPDX-License-Identifier: ISC
// Memory for secrets: locked, each between guard pages of its own, wiped when it goes, never copied.
//
// Reading the bytes is a named act, reveal(), allowed in the few files that scripts/checks/reveal lists. There is no
// iteration, no stream operator and no comparison but a constant-time one, so that no formatter or container prints
// or compares a secret by accident. A moved-from owner is empty.
//
// What it does not promise: that the memory is locked. A secret takes at least one locked page, and libsodium hands out
// unlocked ones when the limit is reached; can_lock_memory() in platform/processes/hardening.h tests for that.
#pragma once

#include <cstddef>
#include <span>
#include <type_traits>

namespace platform {

class SecretBytes {
 public:
  SecretBytes() = default;
  /// `size` bytes of zero. Throws std::bad_alloc when there is no memory.
  explicit SecretBytes(std::size_t size);
  SecretBytes(SecretBytes&& other) noexcept;
  SecretBytes& operator=(SecretBytes&& other) noexcept;
  SecretBytes(const SecretBytes&) = delete;
  SecretBytes& operator=(const SecretBytes&) = delete;
  ~SecretBytes();

  /// The only way to make a copy, for a second owner with another lifetime. The name lets a review find every copy.
  [[nodiscard]] SecretBytes duplicate() const;

  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] bool empty() const { return size_ == 0; }

  [[nodiscard]] std::span<const std::byte> reveal() const { return {data_, size_}; }
  [[nodiscard]] std::span<std::byte> reveal_for_writing() { return {data_, size_}; }

  /// Takes time that depends on the sizes only.
  [[nodiscard]] bool equals(const SecretBytes& other) const;

 private:
  std::byte* data_ = nullptr;
  std::size_t size_ = 0;
};

static_assert(!std::is_copy_constructible_v<SecretBytes> && !std::is_copy_assignable_v<SecretBytes>);
static_assert(std::is_nothrow_move_constructible_v<SecretBytes>);

/// Compares public or secret bytes in time that depends on the sizes only.
bool equal_in_constant_time(std::span<const std::byte> left, std::span<const std::byte> right);

/// Wipes bytes that are about to be forgotten, where a compiler would drop the write.
void wipe(std::span<std::byte> bytes);

}  // namespace platform
