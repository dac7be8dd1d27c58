// The system speaks UTF-16, this program UTF-8.
#pragma once

#include <string>
#include <string_view>

namespace platform::windows {

/// Invalid UTF-8 or UTF-16 becomes the replacement character, so such a text never matches a file's name.
std::wstring wide(std::string_view text);
std::string narrow(std::wstring_view text);

}  // namespace platform::windows
