// SPDX-License-Identifier: ISC
#include "agent/base/wait_line.h"

#include <doctest/doctest.h>

using agent::wait_text;
using std::chrono::seconds;

TEST_CASE("a wait is shown with the seconds that are left") {
  CHECK(wait_text("waiting for peers: 1 of 3 have answered", seconds(24), 80) ==
        "genkey-agent: waiting for peers: 1 of 3 have answered, 24 s left");
}

TEST_CASE("a line that a terminal would break loses words and never the seconds") {
  const std::string line = wait_text("waiting for s3://bucket/a-prefix-that-is-longer-than-that", seconds(5), 40);
  CHECK(line == "genkey-agent: waiting for s3:, 5 s left");
  CHECK(line.size() < 40);
  CHECK(wait_text("waiting", seconds(5), 1) == "genkey-agent: , 5 s left");
}

TEST_CASE("a line is not cut in the middle of a character") {
  const std::string what = "für";
  CHECK(wait_text(what, seconds(5), 14 + 10 + 1 + 2) == "genkey-agent: f, 5 s left");
  CHECK(wait_text(what, seconds(5), 14 + 10 + 1 + 3) == "genkey-agent: fü, 5 s left");
}
