// SPDX-License-Identifier: ISC
#pragma once

namespace agent {

/// The whole program: reads the command line, examines the host, runs the command and prints its report. Gives the exit
/// code. Nothing is thrown out of it.
int run(int argc, const char* const* argv);

}  // namespace agent
