#include "platform/base/secret_bytes.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <functional>
#include <map>
#include <new>
#include <utility>
#include <vector>

#include <sodium.h>

#include "platform/base/memory.h"

namespace platform {

namespace {

std::byte* allocate(std::size_t size) {
  auto* data = static_cast<std::byte*>(sodium_malloc(size));
  if (data == nullptr) throw std::bad_alloc();
  return data;
}

// Secrets of about a key's size share locked pages: a page of its own for each takes ten system calls to make and to
// take down, and an ordinary user may lock sixteen in all.
constexpr std::size_t slot_size = 128;     // the four keys that prove the agreement
constexpr std::size_t slots_in_page = 31;  // with libsodium's canary they fill one
struct SharedPage {
  std::byte* slots = nullptr;
  std::uint64_t taken = 0;  // a bit for each
};
constexpr std::uint64_t all_taken = (std::uint64_t{1} << slots_in_page) - 1;

// They stay: the next secret needs one, and free slots hold nothing.
std::vector<SharedPage>& shared_pages() {
  static std::vector<SharedPage> pages;
  return pages;
}

// The others that live, for lock_secrets_again().
std::map<std::byte*, std::size_t>& large_ones() {
  static std::map<std::byte*, std::size_t> all;
  return all;
}

std::byte* take_slot(SharedPage& page) {
  const auto slot = static_cast<std::size_t>(std::countr_one(page.taken));
  page.taken |= std::uint64_t{1} << slot;
  return page.slots + slot * slot_size;
}

std::byte* take_slot() {
  auto& pages = shared_pages();
  const auto found = std::ranges::find_if(pages, [](const SharedPage& page) { return page.taken != all_taken; });
  if (found != pages.end()) return take_slot(*found);
  pages.reserve(pages.size() + 1);  // so that a page that is there is also known
  return take_slot(pages.emplace_back(allocate(slots_in_page * slot_size)));
}

void give_slot_back(const std::byte* data) {
  for (SharedPage& page : shared_pages()) {
    if (std::less<>()(data, page.slots) || !std::less<>()(data, page.slots + slots_in_page * slot_size)) continue;
    page.taken &= ~(std::uint64_t{1} << (static_cast<std::size_t>(data - page.slots) / slot_size));
  }
}

std::byte* take_pages(std::size_t size) {
  auto* data = allocate(size);
  large_ones().emplace(data, size);
  return data;
}

std::byte* acquire(std::size_t size) {
  if (size == 0) return nullptr;
  std::byte* data = size <= slot_size ? take_slot() : take_pages(size);
  sodium_memzero(data, size);
  return data;
}

void release(std::byte* data, std::size_t size) {
  if (data == nullptr) return;
  if (size <= slot_size) {
    sodium_memzero(data, size);
    return give_slot_back(data);
  }
  large_ones().erase(data);
  sodium_free(data);
}

}  // namespace

SecretBytes::SecretBytes(std::size_t size) : data_(acquire(size)), size_(size) {}

SecretBytes::SecretBytes(SecretBytes&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

SecretBytes& SecretBytes::operator=(SecretBytes&& other) noexcept {
  if (this == &other) return *this;
  release(data_, size_);
  data_ = std::exchange(other.data_, nullptr);
  size_ = std::exchange(other.size_, 0);
  return *this;
}

SecretBytes::~SecretBytes() { release(data_, size_); }

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
  for (const SharedPage& page : shared_pages()) sodium_mlock(page.slots, slots_in_page * slot_size);
  for (const auto& [data, size] : large_ones()) sodium_mlock(data, size);
}

void wipe(std::span<std::byte> bytes) { sodium_memzero(bytes.data(), bytes.size()); }

}  // namespace platform
