// SPDX-License-Identifier: ISC
// What a program does before anything else, so that text is UTF-8 and streams are bytes on every system.
#pragma once

#include <string>
#include <vector>

namespace platform {

/// To be called once, first in main. Arguments, the GENKEY_AGENT_* variables, names of files and output are UTF-8 after
/// it. Gives the arguments, the program's own name first.
std::vector<std::string> start_program(int argc, const char* const* argv);

}  // namespace platform
