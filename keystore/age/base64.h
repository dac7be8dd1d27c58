// SPDX-License-Identifier: ISC
// Base64 as the age format wants it (RFC 4648 §4): canonical, without white space. Only for public bytes, because the
// results are ordinary memory. Decoding gives nothing for any other text.
#pragma once

#include <algorithm>
#include <array>
#include <optional>

#include "platform/base/bytes.h"

namespace keystore::age {

/// Without padding: headers.
std::string encode_base64(platform::BytesView bytes);
std::optional<platform::Bytes> decode_base64(std::string_view text);

/// With padding: armor and ssh keys.
std::string encode_padded_base64(platform::BytesView bytes);
std::optional<platform::Bytes> decode_padded_base64(std::string_view text);

/// Nothing unless the text stands for exactly `size` bytes.
template <std::size_t size>
std::optional<std::array<std::byte, size>> decode_base64_of(std::string_view text) {
  const auto bytes = decode_base64(text);
  if (!bytes || bytes->size() != size) return std::nullopt;
  std::array<std::byte, size> exact{};
  std::ranges::copy(*bytes, exact.begin());
  return exact;
}

}  // namespace keystore::age
