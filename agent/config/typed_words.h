// SPDX-License-Identifier: ISC
// The options and operands of a parsed command, as words to be typed again.
#pragma once

#include <string>
#include <vector>

namespace CLI {  // NOLINT(readability-identifier-naming): CLI11's
class App;
}

namespace agent {

/// Without the options of every command, which advice adds by itself, and without those that mean one run only. Paths
/// are absolute.
std::vector<std::string> typed_words_of(const CLI::App& command);

}  // namespace agent
