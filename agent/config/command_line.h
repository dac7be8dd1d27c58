// SPDX-License-Identifier: ISC
// Reads the command line, and the GENKEY_AGENT_* variables that mirror some options. Reports mistakes in them
// on standard error. Looks at no file.
#pragma once

#include <optional>

#include "agent/config/options.h"

namespace agent {

/// The options, or an exit code if nothing is left to do: 0 after help or version, 2 after a mistake was reported on
/// standard error.
struct Parsed {
  std::optional<Options> options;
  int exit_code = 0;
};
Parsed parse_command_line(const CommandTable& table, int argc, const char* const* argv);

}  // namespace agent
