// SPDX-License-Identifier: ISC
#include "agent/actions/unit_status.h"

#include <doctest/doctest.h>

using agent::wait_status_text;
using std::chrono::milliseconds;

namespace {

std::vector<agent::Target> targets(std::initializer_list<const char*> names) {
  std::vector<agent::Target> targets;
  for (const char* name : names) targets.push_back({.address = {.host = name, .port = 27424}});
  return targets;
}

}  // namespace

TEST_CASE("systemd is told which peers a start waits for, and for how long") {
  const agent::Host host;
  CHECK(wait_status_text(host, targets({"om1"}), milliseconds(30'000)) == "waiting for om1:27424, at most 30 s");
  CHECK(wait_status_text(host, targets({"om1", "om2", "om3", "om4", "om5"}), milliseconds(1'500)) ==
        "waiting for om1:27424, om2:27424, om3:27424 and 2 more, at most 2 s");
}

TEST_CASE("a start does not wait for its own host, which the list of all hosts names too") {
  agent::Host host;
  host.config.address = agent::Address{.host = "om2", .port = 27424};
  CHECK(wait_status_text(host, targets({"om1", "om2"}), milliseconds(1'000)) == "waiting for om1:27424, at most 1 s");
  CHECK(wait_status_text(host, targets({"om2"}), milliseconds(1'000)).empty());
}
