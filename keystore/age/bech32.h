// SPDX-License-Identifier: ISC
// Bech32 (BIP 173) without its limit of 90 characters: how age writes recipients and identities.
//
//   prefix "1" data checksum      data: 5 bits a character, the last one padded with zeros; checksum: 6 characters
//
// It works in the caller's memory and keeps no copy, so it can be used for secrets.
#pragma once

#include <span>
#include <string_view>

#include "platform/base/bytes.h"

namespace keystore::age::bech32 {

enum class Case : std::uint8_t { lower, upper };

/// Whether `text` is bech32 with this prefix (given in lower case), is all in `letters`, and stands for exactly
/// out.size() bytes. On false, the content of `out` has no meaning.
bool decode(std::string_view text, std::string_view prefix, Case letters, std::span<std::byte> out);

/// How many characters encode() writes.
std::size_t encoded_size(std::string_view prefix, std::size_t bytes);
/// `out` has that size; the prefix is in lower case.
void encode(platform::BytesView bytes, std::string_view prefix, Case letters, std::span<char> out);

}  // namespace keystore::age::bech32
