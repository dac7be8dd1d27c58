// SPDX-License-Identifier: ISC
// Requests per address: a burst, then a steady rate, in bounded memory.
#include "agent/listener/rate_limit.h"

#include <doctest/doctest.h>

using agent::RateLimit;
namespace limits = agent::limits;

namespace {

constexpr RateLimit::Time start{};

std::uint32_t admitted(RateLimit& limit, const std::string& address, RateLimit::Time now, std::uint32_t requests) {
  std::uint32_t count = 0;
  for (std::uint32_t at = 0; at < requests; ++at) count += limit.admit(address, now) ? 1U : 0U;
  return count;
}

}  // namespace

TEST_CASE("an address may send a burst, and then as much as the rate allows") {
  RateLimit limit;
  CHECK(admitted(limit, "a", start, limits::rate_burst + 10) == limits::rate_burst);
  CHECK(admitted(limit, "a", start + std::chrono::seconds(1), limits::rate_burst) == limits::rate_per_second);
  CHECK(admitted(limit, "a", start + std::chrono::hours(1), 2 * limits::rate_burst) == limits::rate_burst);
}

TEST_CASE("one address that floods takes nothing from another") {
  RateLimit limit;
  admitted(limit, "a", start, 2 * limits::rate_burst);
  CHECK_FALSE(limit.admit("a", start));
  CHECK(limit.admit("b", start));
}

TEST_CASE("when all places are taken newcomers wait until somebody has been quiet, and those known are served") {
  RateLimit limit;
  for (std::size_t at = 0; at < limits::rated_addresses; ++at) CHECK(limit.admit(std::to_string(at), start));
  CHECK_FALSE(limit.admit("newcomer", start));
  CHECK(limit.admit("7", start));
  CHECK(limit.admit("newcomer", start + std::chrono::seconds(1)));
}
