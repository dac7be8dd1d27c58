// The options that commands take: what each is called, and where its value goes.
#pragma once

#include <optional>
#include <string>

#include "agent/config/options.h"

namespace CLI {
class App;
}

namespace agent {

/// The heading of the options that every command takes, in the help.
inline constexpr const char* common_heading = "Options of every command";

/// What is filled while a line is parsed. It must stay where it is meanwhile.
struct ParsedWords {
  Options options;
  std::optional<std::string> bad_path;  // as it was given, when a path will not do
};

void add_common_options(CLI::App& app, ParsedWords& parsed);
/// The options and operands of one command alone.
void add_options_of(Command command, CLI::App& app, ParsedWords& parsed);

}  // namespace agent
