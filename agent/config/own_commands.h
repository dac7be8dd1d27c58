// SPDX-License-Identifier: ISC
// The commands about the program itself: help, version, completion. They are not in the table of commands: the parser
// answers them, and no host is looked at.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "agent/config/completion_scripts.h"

namespace CLI {  // NOLINT(readability-identifier-naming): CLI11's
class App;
}

namespace agent {

/// What was asked for, once the line is parsed.
struct OwnCommands {
  std::optional<std::vector<std::string>> help_topic;  // the words of a command, or none for the whole program
  std::optional<Shell> completion;
};
/// Adds --version too. Keeps a reference to `asked`.
void add_own_commands(CLI::App& program, OwnCommands& asked);

}  // namespace agent
