// SPDX-License-Identifier: ISC
// Paths in the form of this system, for tests that run on each.
#pragma once

#include <string>
#include <string_view>

namespace tests {

#ifdef _WIN32
inline constexpr bool on_windows = true;
#else
inline constexpr bool on_windows = false;
#endif

/// "/etc/a" as an absolute path of this system, with slashes on each: "C:/etc/a" on Windows.
inline std::string absolute(std::string_view path) { return (on_windows ? "C:" : "") + std::string(path); }

/// The URL of that path: "file:///etc/a", "file:///C:/etc/a".
inline std::string file_url(std::string_view path) { return (on_windows ? "file:///" : "file://") + absolute(path); }

}  // namespace tests
