// SPDX-License-Identifier: ISC
// Which texts name a plain file of Windows and nothing else. Pure. The rules are on the page "Naming Files, Paths, and
// Namespaces" of Microsoft's documentation.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace platform::windows {

/// Why `path` (UTF-8) is refused, as the end of a sentence: "names the device NUL". Nothing for a plain relative path,
/// or an absolute path on a drive ("C:\x"), on a share ("\\server\share\x"), or one of those in its long form
/// ("\\?\C:\x"). Windows would take any other text for a device, for an alternate stream of another file, or for a path
/// relative to the current directory of a drive, or would drop the end of the name.
std::optional<std::string> problem_of(std::string_view path);

/// The form of an absolute path that is not limited to 260 characters: "\\?\C:\x", "\\?\UNC\server\share\x". Windows
/// does not clean such a path, so it must be normal already.
std::string long_form(std::string_view path);

/// The opposite of long_form(): "C:\x".
std::string without_long_prefix(std::string_view path);

/// Whether the path is "\\server\share\..." or its long form.
bool is_on_share(std::string_view path);

/// The root of a plain absolute path: "C:\" or "\\server\share\".
std::string root_of(std::string_view path);
/// Whether the path is such a root and nothing below it.
bool is_root(std::string_view path);

}  // namespace platform::windows
