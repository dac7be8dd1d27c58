// SPDX-License-Identifier: ISC
// Keys as people have them: raw bytes, or text that stands for the bytes. The format is always named by a person and
// never guessed: 24 raw bytes can look like text.
#pragma once

#include <cstdint>

#include "keystore/key/gen_key.h"

namespace keystore {

enum class KeyFormat : std::uint8_t { raw, hex, base64 };

/// Longest input worth reading, in bytes: a line of hex and some white space.
inline constexpr std::size_t longest_key_text = 256;

/// Raw bytes are taken as they are. In text, white space at the ends and an editor's mark are dropped; base64 is RFC
/// 4648, 4 or 5, padded or not. Fails with invalid_key, which says what the input looks like and which format would
/// make a key of it, and repeats none of it. Does not look for weakness.
platform::Result<GenKey> decode_key(const platform::SecretBytes& input, KeyFormat format);

}  // namespace keystore
