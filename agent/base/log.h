// SPDX-License-Identifier: ISC
// What a long-running command says while it runs: on standard error, or in the system's log where standard error takes
// nothing and in a Windows service. The journal adds time stamps itself, so lines for the journal have none. Only this
// unit knows spdlog.
#pragma once

#include <cstdint>
#include <string>

namespace agent::log {

enum class Level : std::uint8_t { quiet, normal, verbose };
void start(Level level);

void detail(const std::string& text);
void info(const std::string& text);
void warning(const std::string& text);
void error(const std::string& text);

}  // namespace agent::log
