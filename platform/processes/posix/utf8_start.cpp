// SPDX-License-Identifier: ISC
#include "platform/processes/utf8_start.h"

#include <csignal>
#include <fcntl.h>
#include <unistd.h>

namespace platform {

namespace {

// A file that is opened gets the lowest free number. With standard output closed that could be the key file, and the
// report would be written into it. This descriptor can be neither read nor written, as if the stream were still closed,
// and it needs no /dev/null, which a container may not have.
void occupy_closed_streams() {
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    // Inherited by the programs that this one runs: they have the same trouble.
    if (fcntl(stream, F_GETFD) < 0) static_cast<void>(open("/", O_PATH));  // NOLINT(cppcoreguidelines-pro-type-vararg)
  }
}

}  // namespace

// Linux passes bytes through and its streams are binary, so nothing is to be set up for them.
std::vector<std::string> start_program(int argc, const char* const* argv) {
  occupy_closed_streams();
  // A reader that has gone must not end the gate before its exit code says whether Ops Manager may start.
  static_cast<void>(std::signal(SIGPIPE, SIG_IGN));
  return {argv, argv + argc};
}

}  // namespace platform
