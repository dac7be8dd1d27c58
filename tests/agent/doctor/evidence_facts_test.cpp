// SPDX-License-Identifier: ISC
#include "agent/doctor/evidence_facts.h"

#include <doctest/doctest.h>

namespace agent {

namespace {

HostEvidence started(const std::string& seconds, std::chrono::milliseconds age = {}) {
  return {.name = "om1", .facts = Facts{{"om.started", seconds}}, .age = age};
}

}  // namespace

TEST_CASE("a start is as long ago as its host says, and as old as the facts are") {
  CHECK(started_lately(started("0")));
  CHECK(started_lately(started("1199")));
  CHECK_FALSE(started_lately(started("1200")));
  CHECK_FALSE(started_lately(started("1199", std::chrono::seconds(1))));
}

TEST_CASE("a start of which nobody knows the time was not lately") {
  CHECK_FALSE(started_lately({.name = "om1"}));
  CHECK_FALSE(started_lately({.name = "om1", .facts = Facts{}}));
  for (const char* text : {"", "-5", " 5", "5s", "now", "0x5", "4294967296", "99999999999999999999"}) {
    INFO(text);
    CHECK_FALSE(started_lately(started(text)));
  }
}

}  // namespace agent
