// SPDX-License-Identifier: ISC
// Keys that nobody should choose for a new fleet. An existing fleet keeps such a key: Ops Manager cannot rotate it.
//
// This looks at the bytes alone and finds traces of careless making. It cannot tell whether a key has been stolen, and
// it does not measure randomness.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "platform/base/bytes.h"

namespace keystore {

enum class Weakness : std::uint8_t {
  all_bytes_equal,
  two_thirds_equal,    // two of the three DES keys are the same apart from parity bits, which weakens Triple-DES
  printable,           // text that somebody typed, or that a password generator made
  text_with_line_end,  // the same with a line ending that an editor added
  publicly_known,      // found in a public repository or image
};

/// `bytes` are the 24 of a key. The first weakness that is found, or nothing.
std::optional<Weakness> weakness_in(platform::BytesView bytes);

/// For a sentence: "its 24 bytes are printable text".
std::string_view describe(Weakness weakness);

}  // namespace keystore
