// SPDX-License-Identifier: ISC
// A process is told by its number and by when it began.
#include "platform/processes/ancestors.h"

#include <sys/wait.h>
#include <unistd.h>

#include <doctest/doctest.h>

namespace {

TEST_CASE("the parent is the first of the ancestors, and the same each time") {
  const auto chain = platform::ancestors();
  REQUIRE_FALSE(chain.empty());
  CHECK(chain.front().starts_with(std::to_string(getppid()) + "@"));
  CHECK(chain.front().size() > std::to_string(getppid()).size() + 1);
  CHECK(platform::ancestors() == chain);
}

TEST_CASE("a child's ancestors are its parent and that one's") {
  const auto own = platform::ancestors();
  const pid_t parent = getpid();
  const pid_t child = fork();
  if (child == 0) {
    auto chain = platform::ancestors();
    const bool parent_first = !chain.empty() && chain.front().starts_with(std::to_string(parent) + "@");
    if (!chain.empty()) chain.erase(chain.begin());
    _exit(parent_first && chain == own ? 0 : 1);
  }
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
}

}  // namespace
