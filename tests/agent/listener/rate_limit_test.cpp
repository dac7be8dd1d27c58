// SPDX-License-Identifier: ISC
// A burst, then a steady rate, in bounded memory.
#include "agent/listener/rate_limit.h"

#include <doctest/doctest.h>

namespace limits = agent::limits;

namespace {

using Time = std::chrono::steady_clock::time_point;
using RateLimit = agent::RateLimit<Time>;

constexpr Time start{std::chrono::hours(1)};
constexpr agent::Rate rate{.burst = 40, .per_second = 8};

std::uint32_t admitted(RateLimit& limit, const std::string& who, Time now, std::uint32_t requests) {
  std::uint32_t count = 0;
  for (std::uint32_t at = 0; at < requests; ++at) count += limit.admit(who, now) ? 1U : 0U;
  return count;
}

}  // namespace

TEST_CASE("an address may send a burst, and then as much as the rate allows") {
  RateLimit limit(rate);
  CHECK(admitted(limit, "a", start, 50) == 40);
  CHECK(admitted(limit, "a", start + std::chrono::seconds(1), 50) == 8);
  CHECK(admitted(limit, "a", start + std::chrono::hours(1), 50) == 40);
}

TEST_CASE("one address that floods takes nothing from another") {
  RateLimit limit(rate);
  admitted(limit, "a", start, 80);
  CHECK_FALSE(limit.admit("a", start));
  CHECK(limit.admit("b", start));
}

TEST_CASE("more addresses than are kept keep out no newcomer, and memory stays bounded") {
  RateLimit limit(rate);
  for (std::size_t at = 0; at < 2 * limits::rated; ++at) CHECK(limit.admit(std::to_string(at), start));
  CHECK(limit.size() == limits::rated);
  CHECK(limit.admit("newcomer", start));
}

TEST_CASE("among the addresses that are kept the one that was quiet for the longest time is forgotten first") {
  RateLimit limit(rate);
  limit.spend("quiet", 1000, start);
  limit.spend("busy", 1000, start + std::chrono::seconds(2));
  for (std::size_t at = 2; at <= limits::rated; ++at)
    limit.spend(std::to_string(at), 1000, start + std::chrono::seconds(1));
  CHECK(limit.left("quiet", start + std::chrono::seconds(2)) == rate.burst);
  CHECK(limit.left("busy", start + std::chrono::seconds(2)) < 0);
}

TEST_CASE("a clock that is turned back neither fills nor empties what an address may spend") {
  RateLimit limit(rate);
  limit.spend("a", 30, start);
  CHECK(limit.left("a", start - std::chrono::minutes(30)) == 10);
  limit.spend("a", 1, start - std::chrono::minutes(30));
  CHECK(limit.left("a", start - std::chrono::minutes(30) + std::chrono::seconds(1)) == 17);
}

TEST_CASE("what is given back fills a burst and no more") {
  RateLimit limit(rate);
  limit.spend("a", 30, start);
  limit.spend("a", -100, start);
  CHECK(limit.left("a", start) == rate.burst);
}
