// SPDX-License-Identifier: ISC
#include "agent/report/age.h"

#include <doctest/doctest.h>

using namespace std::chrono_literals;

TEST_CASE("an age is told in the largest unit that is still exact enough") {
  const platform::Time now{std::chrono::seconds(1'800'000'000)};
  const auto age = [&](std::chrono::seconds ago) { return agent::age_text(now - ago, now); };
  CHECK(age(0s) == "just now");
  CHECK(age(1s) == "1 s ago");
  CHECK(age(119s) == "119 s ago");
  CHECK(age(120s) == "2 min ago");
  CHECK(age(119min) == "119 min ago");
  CHECK(age(120min) == "2 h ago");
  CHECK(age(47h) == "47 h ago");
  CHECK(age(48h) == "2 days ago");
  CHECK(age(24h * 400) == "400 days ago");
}

TEST_CASE("a time ahead is a date, because no age would be true") {
  const platform::Time now{std::chrono::seconds(1'800'000'000)};
  CHECK(agent::age_text(now + 1s, now) == "just now");
  CHECK(agent::age_text(now + 1h, now) == "2027-01-15T09:00:00Z, by a clock that was set since");
}
