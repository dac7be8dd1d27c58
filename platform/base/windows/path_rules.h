// Which texts name a plain file of Windows, and only that. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace platform::windows {

/// Why `path` (UTF-8) is refused, as the end of a sentence: "names the device NUL". Nothing when it is a plain
/// relative path, or an absolute one on a drive ("C:\x"), on a share ("\\server\share\x"), or one of those in its long
/// form ("\\?\C:\x"). Windows would read the others as a device, as an alternate stream of another file, relative to a
/// drive's own current directory, or drop the end of the name.
std::optional<std::string> problem_of(std::string_view path);

/// An absolute, normal path in the form that is not limited to 260 characters: "\\?\C:\x", "\\?\UNC\server\share\x".
std::string long_form(std::string_view path);

/// Back from it: "C:\x".
std::string without_long_prefix(std::string_view path);

/// "\\server\share\..." or its long form.
bool is_on_share(std::string_view path);

/// Of a plain absolute path: "C:\" or "\\server\share\".
std::string root_of(std::string_view path);
/// Whether it is that itself: "C:\" or "\\server\share\".
bool is_root(std::string_view path);

}  // namespace platform::windows
