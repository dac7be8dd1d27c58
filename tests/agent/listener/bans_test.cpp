// SPDX-License-Identifier: ISC
// What strangers may try before they are refused.
#include "agent/listener/bans.h"

#include <doctest/doctest.h>

using agent::Bans;
using platform::Time;
namespace limits = agent::limits;

namespace {

constexpr Time start{std::chrono::seconds(1'000'000)};

void try_wrong_secrets(Bans& bans, const std::string& who, Time now = start) {
  for (std::uint32_t at = 0; at < limits::wrong_secrets; ++at) bans.count_wrong(who, now);
}

}  // namespace

TEST_CASE("whoever comes after the table of bans is full is banned too, and the oldest entry goes") {
  Bans bans;
  try_wrong_secrets(bans, "first");
  for (std::size_t at = 1; at < limits::bans; ++at)
    bans.count_wrong(std::to_string(at), start + std::chrono::seconds(1));
  try_wrong_secrets(bans, "late", start + std::chrono::seconds(2));
  CHECK(bans.is_banned("late", start + std::chrono::seconds(2)));
  CHECK_FALSE(bans.is_banned("first", start + std::chrono::seconds(2)));
}

TEST_CASE("a ban ends after its time, and also when the clock is turned back") {
  Bans bans;
  try_wrong_secrets(bans, "a");
  CHECK(bans.is_banned("a", start + limits::ban));
  CHECK_FALSE(bans.is_banned("a", start + limits::ban + std::chrono::seconds(1)));
  CHECK_FALSE(bans.is_banned("a", start - std::chrono::hours(24)));
}

TEST_CASE("wrong proofs have a budget that refills") {
  Bans bans;
  for (std::uint32_t at = 0; at < limits::wrong_proofs_burst; ++at) {
    CHECK(bans.may_prove("a", start));
    bans.count_wrong_proof("a", start);
  }
  CHECK_FALSE(bans.may_prove("a", start));
  CHECK(bans.may_prove("b", start));
  CHECK(bans.may_prove("a", start + std::chrono::seconds(1)));
  CHECK_FALSE(bans.is_banned("a", start));
}
