// Bech32 (BIP 173) without its limit of 90 characters: how age writes recipients and identities.
//
//   prefix "1" data checksum      data: 5 bits a character, the last one padded with zeros; checksum: 6 characters
//
// Works in the caller's memory and keeps no copy, so that it serves for secrets as well.
#pragma once

#include <span>
#include <string_view>

#include "platform/base/bytes.h"

namespace keystore::age::bech32 {

enum class Case : std::uint8_t { lower, upper };

/// Whether `text` is bech32 of this prefix (in lower case), all of it in this case, that stands for exactly
/// out.size() bytes. What is in `out` when it is not means nothing.
bool decode(std::string_view text, std::string_view prefix, Case letters, std::span<std::byte> out);

/// How many characters encode() writes.
std::size_t encoded_size(std::string_view prefix, std::size_t bytes);
/// `out` has that size; the prefix is in lower case.
void encode(platform::BytesView bytes, std::string_view prefix, Case letters, std::span<char> out);

}  // namespace keystore::age::bech32
