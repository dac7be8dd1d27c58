// SPDX-License-Identifier: ISC
// The options that commands take: the name of each, its help and where its value goes. The form of a
// value is checked while the line is parsed, so a mistake ends the command before it has done anything.
#pragma once

#include <optional>
#include <string>

#include "agent/config/options.h"

namespace CLI {  // NOLINT(readability-identifier-naming): CLI11's
class App;
}

namespace agent {

/// In the help: the heading of the options that every command takes.
inline constexpr const char* common_heading = "Options of every command";

/// In the help: the types of options that take a path. The completion knows by them what to offer.
inline constexpr const char* file_type = "FILE";
inline constexpr const char* directory_type = "DIR";

/// What parsing a line fills. CLI11 keeps references to it, so it must not move until the line is parsed.
struct ParsedWords {
  Options options;
  std::optional<std::string> bad_path;  // as given, if no file can have this path
};

void add_common_options(CLI::App& app, ParsedWords& parsed);
/// The options and operands of one command alone.
void add_options_of(Command command, CLI::App& app, ParsedWords& parsed);

}  // namespace agent
