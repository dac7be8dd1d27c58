// Keys as people have them: raw bytes, or text that stands for them.
#pragma once

#include <cstdint>

#include "keystore/key/gen_key.h"

namespace keystore {

enum class KeyFormat : std::uint8_t { raw, hex, base64 };

/// Longest input worth reading: room for a line of hex and some white space.
inline constexpr std::size_t longest_key_text = 256;

/// Raw bytes are taken as they are. In text, white space at the ends is dropped; base64 is RFC 4648 §4 or §5, padded or
/// not. invalid_key says what the input looks like and which format would make a key of it.
platform::Result<GenKey> decode_key(const platform::SecretBytes& input, KeyFormat format);

}  // namespace keystore
