// Why a key is one that nobody should choose for a new fleet. Existing fleets keep such keys: they work.
//
// Looks at the bytes alone, and finds what careless making leaves in them. It cannot tell that a key has been stolen.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "platform/base/bytes.h"

namespace keystore {

enum class Weakness : std::uint8_t {
  all_bytes_equal,
  two_thirds_equal,    // two of the three DES keys are the same but for parity bits: Triple-DES is then single DES
  printable,           // text that somebody typed, or a generator of passwords made
  text_with_line_end,  // the same, with a line ending that an editor left
  publicly_known,      // found in a public repository or image
};

/// `key` are the 24 bytes of a key.
std::optional<Weakness> weakness_in(platform::BytesView key);

/// For a sentence: "its 24 bytes are printable text".
std::string_view describe(Weakness weakness);

}  // namespace keystore
