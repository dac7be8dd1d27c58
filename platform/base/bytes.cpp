// SPDX-License-Identifier: ISC
#include "platform/base/bytes.h"

#include <algorithm>

#include <sodium.h>

namespace platform {

namespace {

const unsigned char* raw(BytesView bytes) { return reinterpret_cast<const unsigned char*>(bytes.data()); }

}  // namespace

BytesView view_of(std::string_view text) { return std::as_bytes(std::span(text)); }

std::string_view text_of(BytesView bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

std::string hex_encode(BytesView bytes) {
  std::string text(bytes.size() * 2 + 1, '\0');
  sodium_bin2hex(text.data(), text.size(), raw(bytes), bytes.size());
  text.pop_back();
  return text;
}

std::optional<Bytes> hex_decode(std::string_view text) {
  // An empty view may have no address, and libsodium must not get a null pointer.
  if (text.empty()) return Bytes();
  // One byte more than needed, so that the output has an address even for a single digit.
  Bytes bytes(text.size() / 2 + 1);
  std::size_t length = 0;
  const int failed = sodium_hex2bin(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(), text.data(),
                                    text.size(), nullptr, &length, nullptr);
  if (failed != 0 || length * 2 != text.size()) return std::nullopt;
  bytes.resize(length);
  return bytes;
}

bool is_ascii(BytesView text) {
  return std::ranges::all_of(text, [](std::byte each) { return each < std::byte{0x80}; });
}

std::string base64url_encode(BytesView bytes) {
  constexpr int variant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
  std::string text(sodium_base64_encoded_len(bytes.size(), variant), '\0');
  sodium_bin2base64(text.data(), text.size(), raw(bytes), bytes.size(), variant);
  text.pop_back();
  return text;
}

std::optional<Bytes> base64url_decode(std::string_view text) {
  // As in hex_decode().
  if (text.empty()) return Bytes();
  if (!is_ascii(view_of(text))) return std::nullopt;
  // Without padding the last group may be shorter than four letters, so it gets room of its own.
  Bytes bytes(text.size() / 4 * 3 + 3);
  std::size_t length = 0;
  const int failed =
      sodium_base642bin(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(), text.data(), text.size(), nullptr,
                        &length, nullptr, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  if (failed != 0) return std::nullopt;
  bytes.resize(length);
  return bytes;
}

void fill_random(std::span<std::byte> out) { randombytes_buf(out.data(), out.size()); }

}  // namespace platform
