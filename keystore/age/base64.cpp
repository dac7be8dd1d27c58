// SPDX-License-Identifier: ISC
#include "keystore/age/base64.h"

#include <sodium.h>

namespace keystore::age {

namespace {

using platform::Bytes;
using platform::BytesView;

std::string encode(BytesView bytes, int variant) {
  std::string text(sodium_base64_encoded_len(bytes.size(), variant), '\0');
  sodium_bin2base64(text.data(), text.size(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
                    variant);
  // libsodium ends the text with a zero byte.
  text.pop_back();
  return text;
}

// libsodium refuses texts that are not canonical, and padding where the variant has none. So one sequence of bytes has
// one text, as the format demands.
std::optional<Bytes> decode(std::string_view text, int variant) {
  if (text.empty()) return Bytes();  // the text of an empty view may have no address, which libsodium wants
  // libsodium 1.0.18 takes bytes beyond ASCII for the last letter of its alphabet.
  if (!platform::is_ascii(platform::view_of(text))) return std::nullopt;
  Bytes bytes(text.size() / 4 * 3 + 3);
  std::size_t length = 0;
  const int failed = sodium_base642bin(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(), text.data(),
                                       text.size(), nullptr, &length, nullptr, variant);
  if (failed != 0) return std::nullopt;
  bytes.resize(length);
  return bytes;
}

}  // namespace

std::string encode_base64(BytesView bytes) { return encode(bytes, sodium_base64_VARIANT_ORIGINAL_NO_PADDING); }
std::optional<Bytes> decode_base64(std::string_view text) {
  return decode(text, sodium_base64_VARIANT_ORIGINAL_NO_PADDING);
}

std::string encode_padded_base64(BytesView bytes) { return encode(bytes, sodium_base64_VARIANT_ORIGINAL); }
std::optional<Bytes> decode_padded_base64(std::string_view text) {
  return decode(text, sodium_base64_VARIANT_ORIGINAL);
}

}  // namespace keystore::age
