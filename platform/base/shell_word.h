// SPDX-License-Identifier: ISC
// A word as a POSIX shell reads it.
#pragma once

#include <string>
#include <string_view>

namespace platform {

/// One argument as a person would type it: in single quotes only if the shell would read it differently. Safe for any
/// bytes but a zero byte. Not for cmd.exe.
std::string shell_quoted(std::string_view text);

}  // namespace platform
