// SPDX-License-Identifier: ISC
// The format of java.util.Properties, as its load() reads it: line ends CR, LF and CRLF, continued lines, escapes,
// comments, and three separators. A test compares the result with the real class. Pure: bytes in, values out.
//
// The bytes are taken as ISO 8859-1. A program that has Java read its file as UTF-8 sees other characters beyond ASCII,
// so look only for names and values in ASCII.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/result.h"

namespace platform {

/// Calls `use` with each name and value, in the order of the file; of several lines with one name the last counts. Both
/// are wiped after the call. configuration where Java throws, which is at a \u without four hex digits anywhere; the
/// sentence has the line's number and nothing of its text, because the file may hold passwords.
Result<void> each_java_property(std::string_view text,
                                const std::function<void(std::u16string_view name, std::u16string_view value)>& use);

/// The value of each name, in the order of the names; nothing where the file does not set it. The last of several lines
/// counts. Fails as above. Values of other names are wiped.
Result<std::vector<std::optional<std::u16string>>> java_properties(std::string_view text,
                                                                   std::span<const std::u16string_view> names);

}  // namespace platform
