// SPDX-License-Identifier: ISC
// What was typed, to be typed again: the options and operands of a parsed command, and a line that was refused.
#pragma once

#include <span>
#include <string>
#include <vector>

namespace CLI {  // NOLINT(readability-identifier-naming): CLI11's
class App;
}

namespace agent {

/// Without the options of every command, which advice adds by itself, and without those that mean one run only. Paths
/// are absolute.
std::vector<std::string> typed_words_of(const CLI::App& command);

/// The line as typed, ready to be typed again with another path for the bad one. A path from an environment variable is
/// not on the line, so its option is added. `words` has the program's own name first.
std::string line_with_placeholder(std::span<const char* const> words, const std::string& bad_path,
                                  const std::string& option);

}  // namespace agent
