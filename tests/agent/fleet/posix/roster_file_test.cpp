// SPDX-License-Identifier: ISC
// Roster and tickets on disk: several processes change them at once.
#include "agent/fleet/roster_file.h"

#include <sys/wait.h>
#include <unistd.h>

#include <doctest/doctest.h>

#include "tests/support/temporary_directory.h"

using agent::Roster;
using agent::RosterFile;

namespace {

constexpr int updates_each = 50;

RosterFile roster_in(const tests::TemporaryDirectory& directory) {
  return {directory.path(), platform::current_account()};
}

// In a process of its own; gives whether all went well.
int count_up(const tests::TemporaryDirectory& directory) {
  RosterFile file = roster_in(directory);
  for (int at = 0; at < updates_each; ++at) {
    if (!file.update([](Roster& roster) { roster.count_unknown_failures(1); })) return 1;
  }
  return 0;
}

pid_t start_counting(const tests::TemporaryDirectory& directory) {
  const pid_t child = fork();
  if (child == 0) _exit(count_up(directory));
  return child;
}

bool ended_well(pid_t child) {
  int status = 0;
  return waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

}  // namespace

TEST_CASE("two processes that change the roster at once lose nothing") {
  const tests::TemporaryDirectory directory;
  const pid_t first = start_counting(directory);
  const pid_t second = start_counting(directory);
  CHECK(ended_well(first));
  CHECK(ended_well(second));
  RosterFile file = roster_in(directory);
  CHECK(file.current()->get().unknown_failures() == 2 * updates_each);
}
