// SPDX-License-Identifier: ISC
// The answer to a shell that completes a command line: what the parser knows, and what only this host knows.
#pragma once

#include <string>
#include <vector>

#include "agent/config/completion.h"
#include "agent/config/options.h"

namespace agent {

/// A line for each word: the word, and behind a tabulator its help. The last line is a colon and the kind of names that
/// the shell adds by itself: ":files", ":directories", ":users", or ":" for none.
///
/// No network, no program, no store beyond this host's disks, and no change of a file. Whatever cannot be read is left
/// out: a person who presses a key wants no error.
std::vector<std::string> completion_lines(const CommandTable& table, const Completion& completion);

}  // namespace agent
