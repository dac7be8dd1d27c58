#include "platform/processes/utf8_start.h"

namespace platform {

std::vector<std::string> start_program(int argc, const char* const* argv) { return {argv, argv + argc}; }

}  // namespace platform
