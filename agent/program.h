#pragma once

namespace agent {

/// The whole program; gives the exit code.
int run(int argc, const char* const* argv);

}  // namespace agent
