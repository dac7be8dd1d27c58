// SPDX-License-Identifier: ISC
// How the help looks: of the program, of a group and of a command.
#pragma once

#include <memory>
#include <string>

#include "agent/config/options.h"

namespace CLI {  // NOLINT(readability-identifier-naming): CLI11's
class App;
class FormatterBase;
}  // namespace CLI

namespace agent {

/// In the help: the heading of the commands that do nothing on a host.
inline constexpr const char* own_heading = "About this program";

std::shared_ptr<CLI::FormatterBase> help_format();
/// What --help prints.
std::string help_of(const CLI::App& app);
/// The few commands that people need first, a line each.
std::string first_commands(const CommandTable& table);

}  // namespace agent
