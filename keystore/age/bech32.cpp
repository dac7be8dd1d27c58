// SPDX-License-Identifier: ISC
#include "keystore/age/bech32.h"

#include <array>
#include <cstdint>

#include "platform/base/ascii.h"

namespace keystore::age::bech32 {

namespace {

constexpr std::string_view alphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
constexpr std::size_t checksum_size = 6;
constexpr std::uint8_t no_value = 0xff;

char upper(char letter) { return letter >= 'a' && letter <= 'z' ? static_cast<char>(letter - 'a' + 'A') : letter; }
char in_case(char letter, Case letters) { return letters == Case::lower ? platform::lower(letter) : upper(letter); }

std::uint8_t value_of(char letter) {
  const std::size_t at = alphabet.find(platform::lower(letter));
  return at == std::string_view::npos ? no_value : static_cast<std::uint8_t>(at);
}

// The checksum of BIP 173. It covers the prefix too, so a recipient never passes for an identity.
class Checksum {
 public:
  explicit Checksum(std::string_view prefix) {
    // BIP 173 expands the prefix like this: the upper bits, a zero, the lower bits.
    for (const char letter : prefix) add(static_cast<std::uint8_t>(letter >> 5));
    add(0);
    for (const char letter : prefix) add(static_cast<std::uint8_t>(letter & 31));
  }

  void add(std::uint8_t value) {
    // The numbers are those of BIP 173.
    constexpr std::array<std::uint32_t, 5> generator = {0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3};
    const std::uint32_t top = state_ >> 25;
    state_ = (state_ & 0x1ffffff) << 5 ^ value;
    for (std::size_t bit = 0; bit < generator.size(); ++bit) {
      if ((top >> bit & 1) != 0) state_ ^= generator.at(bit);
    }
  }

  // Called after the data, once for each character of the checksum, from the left.
  std::uint8_t next_of_end() {
    // BIP 173 computes the checksum with zeros in its place, and then changes the last bit.
    if (end_ == 0) {
      for (std::size_t at = 0; at < checksum_size; ++at) add(0);
      state_ ^= 1;
    }
    return static_cast<std::uint8_t>(state_ >> (5 * (checksum_size - 1 - end_++)) & 31);
  }

  [[nodiscard]] bool holds() const { return state_ == 1; }

 private:
  std::uint32_t state_ = 1;
  std::size_t end_ = 0;
};

std::size_t characters_for(std::size_t bytes) { return (bytes * 8 + 4) / 5; }

// Mixed case is not allowed, and age fixes the case for each kind of text.
bool is_in_case(std::string_view text, Case letters) {
  for (const char letter : text) {
    if (in_case(letter, letters) != letter) return false;
  }
  return true;
}

bool begins_with(std::string_view text, std::string_view prefix, Case letters) {
  // BIP 173 separates at the last 1. The alphabet has no 1, so behind a known prefix this is the same place.
  if (text.size() <= prefix.size() || text[prefix.size()] != '1') return false;
  for (std::size_t at = 0; at < prefix.size(); ++at) {
    if (text[at] != in_case(prefix[at], letters)) return false;
  }
  return true;
}

// Regroups 5-bit values into bytes. The bits that are left over must be zero, or one key would have several texts.
class Regrouped {
 public:
  explicit Regrouped(std::span<std::byte> out) : out_(out) {}

  void add(std::uint8_t value) {
    // At most 7 bits wait for their byte, so 12 bits are enough and nothing overflows.
    bits_ = (bits_ << 5 | value) & 0xfff;
    count_ += 5;
    if (count_ < 8) return;
    count_ -= 8;
    if (at_ < out_.size()) out_[at_] = static_cast<std::byte>(bits_ >> count_);
    // Counted even when nothing is written, so that is_whole() sees a text that is too long.
    ++at_;
  }

  [[nodiscard]] bool is_whole() const { return at_ == out_.size() && (bits_ & ((1U << count_) - 1)) == 0; }

 private:
  std::span<std::byte> out_;
  std::size_t at_ = 0;
  unsigned bits_ = 0;
  unsigned count_ = 0;
};

}  // namespace

bool decode(std::string_view text, std::string_view prefix, Case letters, std::span<std::byte> out) {
  if (!begins_with(text, prefix, letters) || !is_in_case(text, letters)) return false;
  const std::string_view data = text.substr(prefix.size() + 1);
  // The caller knows the size of its key, so other lengths are refused before any work.
  if (data.size() != characters_for(out.size()) + checksum_size) return false;
  // The bytes are written before the checksum is known to hold. The caller ignores them on false.
  Checksum checksum(prefix);
  Regrouped bytes(out);
  for (std::size_t at = 0; at < data.size(); ++at) {
    const std::uint8_t value = value_of(data[at]);
    if (value == no_value) return false;
    checksum.add(value);
    if (at < data.size() - checksum_size) bytes.add(value);
  }
  return checksum.holds() && bytes.is_whole();
}

std::size_t encoded_size(std::string_view prefix, std::size_t bytes) {
  return prefix.size() + 1 + characters_for(bytes) + checksum_size;
}

void encode(platform::BytesView bytes, std::string_view prefix, Case letters, std::span<char> out) {
  std::size_t at = 0;
  const auto put = [&](char letter) { out[at++] = in_case(letter, letters); };
  for (const char letter : prefix) put(letter);
  put('1');
  Checksum checksum(prefix);
  for (std::size_t bit = 0; bit < bytes.size() * 8; bit += 5) {
    // Five bits may span two bytes. Behind the end, zeros fill up.
    const auto first = std::to_integer<unsigned>(bytes[bit / 8]) << 8;
    const auto second = bit / 8 + 1 < bytes.size() ? std::to_integer<unsigned>(bytes[bit / 8 + 1]) : 0U;
    const auto value = static_cast<std::uint8_t>((first | second) >> (11 - bit % 8) & 31);
    checksum.add(value);
    put(alphabet[value]);
  }
  for (std::size_t end = 0; end < checksum_size; ++end) put(alphabet[checksum.next_of_end()]);
}

}  // namespace keystore::age::bech32
