// SPDX-License-Identifier: ISC
// Reads the command line, and the GENKEY_AGENT_* variables that mirror some options. Looks at no file.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "agent/config/completion.h"
#include "agent/config/options.h"

namespace agent {

/// The options, or an exit code if nothing is left to do: 0 after help or version, 2 after a mistake.
struct Parsed {
  std::optional<Options> options;
  int exit_code = 0;
  std::vector<std::string> mistake = {};  // for people: what is wrong, and what to type
  // After a mistake in variables alone: what was asked for without them.
  std::optional<Options> without_bad_variables = std::nullopt;
  // What a shell asks for; nothing else is there then.
  std::optional<Completion> completion = std::nullopt;
};
Parsed parse_command_line(const CommandTable& table, int argc, const char* const* argv);

}  // namespace agent
