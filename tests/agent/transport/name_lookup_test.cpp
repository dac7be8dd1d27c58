// SPDX-License-Identifier: ISC
// Names that have no address are told from those that have one.
#include "agent/transport/name_lookup.h"

#include <doctest/doctest.h>

TEST_CASE("numeric addresses have no problem, and an impossible name is named") {
  const auto problems =
      agent::problems_of_names({{"127.0.0.1", 1}, {"no-such-host.invalid", 1}, {"::1", 1}}, std::chrono::seconds(5));
  REQUIRE(problems.size() == 3);
  CHECK(problems[0].empty());
  CHECK(problems[1].find("no-such-host.invalid") != std::string::npos);
  CHECK(problems[2].empty());
}
