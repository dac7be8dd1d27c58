// SPDX-License-Identifier: ISC
// What a program does before anything else, so that text is UTF-8, streams are bytes, and a stream that is closed or
// whose reader has gone is an error of writing and nothing worse.
#pragma once

#include <string>
#include <vector>

namespace platform {

/// To be called once, first in main. Arguments, the GENKEY_AGENT_* variables, names of files and output are UTF-8 after
/// it. Gives the arguments, the program's own name first. A standard stream that is closed fails when it is used, and
/// no file that is opened later takes its place.
std::vector<std::string> start_program(int argc, const char* const* argv);

}  // namespace platform
