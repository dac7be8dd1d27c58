// SPDX-License-Identifier: ISC
// What `genkey-agent completion SHELL` prints: for each shell the few lines that ask the program (completion.h).
#pragma once

#include <cstdint>
#include <string_view>

#include "agent/base/names.h"

namespace agent {

enum class Shell : std::uint8_t { bash, zsh, fish };
inline constexpr Names<Shell> shell_names("bash", "zsh", "fish");

std::string_view completion_script(Shell shell);

}  // namespace agent
