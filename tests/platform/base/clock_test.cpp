// SPDX-License-Identifier: ISC
// Dates as people and stores write them.
#include "platform/base/clock.h"

#include <doctest/doctest.h>

using platform::parse_time;

TEST_CASE("a date reads as it is written, and one that does not exist is none") {
  for (const char* text : {"2026-11-22T02:29:17Z", "1970-01-01T00:00:00Z", "2024-02-29T23:59:59Z"}) {
    CAPTURE(text);
    const auto time = parse_time(text);
    REQUIRE(time);
    CHECK(platform::format_time(*time) == text);
  }
  for (const char* text :
       {"", "2026-11-22", "2026-11-22T02:29:17", "2026-11-22T02:29:17z", "2026-11-22 02:29:17Z", "2026-13-01T00:00:00Z",
        "2026-02-29T00:00:00Z", "2026-11-22T24:00:00Z", "2026-11-22T02:60:00Z", "2026-11-22T02:29:60Z",
        "+026-11-22T02:29:17Z", "2026-11-22T02:29:17ZZ"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_time(text));
  }
}
