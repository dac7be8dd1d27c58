// SPDX-License-Identifier: ISC
// How much the listener works for whom.
#include "agent/listener/work_budget.h"

#include <vector>

#include <doctest/doctest.h>

using agent::Origin;
using agent::WorkBudget;
namespace limits = agent::limits;

namespace {

constexpr WorkBudget::Time start{std::chrono::hours(10)};
const Origin attacker{"192.0.2.1"};
const Origin stranger{"192.0.2.2"};
const Origin member{"192.0.2.3", true};

// What one origin that never stops is given in a second.
double worked_in_a_second(WorkBudget& budget, const std::vector<Origin>& origins) {
  constexpr double piece = 3;
  double worked = 0;
  for (int millisecond = 0; millisecond < 1000; ++millisecond) {
    const auto now = start + std::chrono::milliseconds(millisecond);
    for (const Origin& origin : origins) {
      if (!budget.may_work(origin, now)) continue;
      budget.spend(origin, piece, now);
      worked += piece;
    }
  }
  return worked;
}

}  // namespace

TEST_CASE("what one address makes the listener compute is bounded by its cost") {
  WorkBudget budget;
  CHECK(worked_in_a_second(budget, {attacker}) <= limits::work_burst + limits::work_per_second + 3);
  CHECK_FALSE(budget.has_some(attacker, start + std::chrono::seconds(1)));
  CHECK(budget.has_some(attacker, start + std::chrono::seconds(2)));
}

TEST_CASE("what all strangers together make the listener compute is bounded, however many addresses they have") {
  WorkBudget budget;
  std::vector<Origin> many;
  for (int at = 0; at < 500; ++at) many.push_back({std::to_string(at)});
  // The last piece of work may go beyond the limit, each time that there was something left.
  CHECK(worked_in_a_second(budget, many) <= limits::work_burst_in_all + limits::work_per_second_in_all + 3);
}

TEST_CASE("a host that has proved the key is served while strangers have used up all that they may") {
  WorkBudget budget;
  budget.spend(attacker, 10 * limits::work_burst_in_all, start);
  CHECK_FALSE(budget.may_work(stranger, start));
  CHECK(budget.may_work(member, start));
}

TEST_CASE("those who have proved the key come first, then those who have cost the least") {
  WorkBudget budget;
  budget.spend(attacker, 50, start);
  budget.spend(member, 100, start);
  CHECK(budget.rank(member, start) > budget.rank(stranger, start));
  CHECK(budget.rank(stranger, start) > budget.rank(attacker, start));
}

TEST_CASE("a proof gives back what its connection has cost") {
  WorkBudget budget;
  budget.spend(stranger, 2 * limits::work_burst, start);
  CHECK_FALSE(budget.has_some(stranger, start));
  budget.give_back(stranger, 2 * limits::work_burst, start);
  CHECK(budget.rank(stranger, start) == budget.rank({"192.0.2.4"}, start));
}
