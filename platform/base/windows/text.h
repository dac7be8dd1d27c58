// The system speaks UTF-16, this program UTF-8.
#pragma once

#include <string>
#include <string_view>

namespace platform::windows {

/// What is no UTF-8 or UTF-16 becomes the replacement character, which no file's name has.
std::wstring wide(std::string_view text);
std::string narrow(std::wstring_view text);

}  // namespace platform::windows
