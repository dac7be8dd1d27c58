// SPDX-License-Identifier: ISC
// Conversions between the UTF-16 of the system and the UTF-8 of this program.
#pragma once

#include <string>
#include <string_view>

namespace platform::windows {

/// Invalid text gets replacement characters instead of an error. A file's name never matches such a text.
std::wstring wide(std::string_view text);
std::string narrow(std::wstring_view text);

}  // namespace platform::windows
