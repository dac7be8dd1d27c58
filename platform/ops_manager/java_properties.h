// SPDX-License-Identifier: ISC
// The format of java.util.Properties, as its load() reads it: line ends CR, LF and CRLF, continued lines, escapes,
// comments, and three separators. A test compares the result with the real class. Pure: bytes in, values out.
//
// The bytes are taken as ISO 8859-1. A program that has Java read its file as UTF-8 sees other characters beyond ASCII,
// so look only for names and values in ASCII.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/result.h"

namespace platform {

/// The value of each name, in the order of the names; nothing where the file does not set it. The last of several lines
/// counts. configuration where Java throws, which is at a \u without four hex digits anywhere; the sentence has the
/// line's number and nothing of its text, because the file may hold passwords. Values of other names are wiped.
Result<std::vector<std::optional<std::u16string>>> java_properties(std::string_view text,
                                                                   std::span<const std::u16string_view> names);

}  // namespace platform
