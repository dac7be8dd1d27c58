// SPDX-License-Identifier: ISC
#include "agent/actions/unit_status.h"

#include <doctest/doctest.h>

using agent::Target;
using agent::wait_status_text;
using std::chrono::milliseconds;

TEST_CASE("systemd is told which peers a start waits for, and for how long") {
  std::vector<Target> targets;
  for (const char* name : {"om1", "om2", "om3", "om4", "om5"})
    targets.push_back({.address = {.host = name, .port = 27424}});
  CHECK(wait_status_text({targets[0]}, milliseconds(30'000)) == "waiting for om1:27424, at most 30 s");
  CHECK(wait_status_text(targets, milliseconds(1'500)) ==
        "waiting for om1:27424, om2:27424, om3:27424 and 2 more, at most 2 s");
}
