// SPDX-License-Identifier: ISC
#include "platform/base/secret_bytes.h"

#include <algorithm>
#include <map>
#include <new>
#include <utility>

#include <sodium.h>

#include "platform/base/memory.h"

namespace platform {

namespace {

// Every living secret, so that lock_secrets_again() can find them all in a forked child.
std::map<std::byte*, std::size_t>& living() {
  static std::map<std::byte*, std::size_t> all;
  return all;
}

std::byte* acquire(std::size_t size) {
  if (size == 0) return nullptr;
  auto* data = static_cast<std::byte*>(sodium_malloc(size));
  if (data == nullptr) throw std::bad_alloc();
  // sodium_malloc() fills the memory with a pattern of its own; the constructor promises zeros.
  sodium_memzero(data, size);
  living().emplace(data, size);
  return data;
}

// sodium_free() also wipes and unlocks the pages, so nothing else is left to do.
void release(std::byte* data) {
  if (data == nullptr) return;
  living().erase(data);
  sodium_free(data);
}

}  // namespace

SecretBytes::SecretBytes(std::size_t size) : data_(acquire(size)), size_(size) {}

SecretBytes::SecretBytes(SecretBytes&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

SecretBytes& SecretBytes::operator=(SecretBytes&& other) noexcept {
  // A move to itself must not free the bytes.
  if (this == &other) return *this;
  release(data_);
  data_ = std::exchange(other.data_, nullptr);
  size_ = std::exchange(other.size_, 0);
  return *this;
}

SecretBytes::~SecretBytes() { release(data_); }

SecretBytes SecretBytes::duplicate() const {
  SecretBytes copy(size_);
  std::ranges::copy(reveal(), copy.data_);
  return copy;
}

bool SecretBytes::equals(const SecretBytes& other) const { return equal_in_constant_time(reveal(), other.reveal()); }

bool equal_in_constant_time(std::span<const std::byte> left, std::span<const std::byte> right) {
  return left.size() == right.size() && sodium_memcmp(left.data(), right.data(), left.size()) == 0;
}

void lock_secrets_again() {
  // Failures are not reported: the limit may not allow it, and an unlocked secret is still guarded and wiped.
  for (const auto& [data, size] : living()) sodium_mlock(data, size);
}

void wipe(std::span<std::byte> bytes) { sodium_memzero(bytes.data(), bytes.size()); }

}  // namespace platform
