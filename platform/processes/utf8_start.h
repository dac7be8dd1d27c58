// What a program does before anything else, so that text is UTF-8 and streams are bytes on every system.
#pragma once

#include <string>
#include <vector>

namespace platform {

/// First thing in main, once: arguments, the GENKEY_AGENT_* variables, names of files and what is printed are UTF-8
/// from here on. Gives the arguments, the program's own name first.
std::vector<std::string> start_program(int argc, const char* const* argv);

}  // namespace platform
