// Reads the command line, and the GENKEY_AGENT_* variables that mirror its options.
#pragma once

#include <optional>

#include "agent/config/options.h"

namespace agent {

/// The options, or the exit code of a command line that is finished: help and version were printed (0), or it was wrong
/// and that was said on standard error (2).
struct Parsed {
  std::optional<Options> options;
  int exit_code = 0;
};
Parsed parse_command_line(const CommandTable& table, int argc, const char* const* argv);

}  // namespace agent
