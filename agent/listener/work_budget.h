// SPDX-License-Identifier: ISC
// How much the listener works for whom, in milliseconds of its one thread: so much for each origin, and so much for all
// strangers together. Those who have proved the key share only the first limit, so that no number of strangers can take
// their turn. Pure: time comes from the caller.
//
// The cost is measured and not guessed from the kind of a message: what a handshake costs depends on the peer's choice
// among the algorithms, on this host's own key and on the library.
#pragma once

#include <chrono>
#include <string>
#include <utility>

#include "agent/base/limits.h"
#include "agent/listener/origins.h"
#include "agent/listener/rate_limit.h"

namespace agent {

class WorkBudget {
 public:
  using Time = std::chrono::steady_clock::time_point;
  /// Who goes first: proved before strangers, then the one that has the most left.
  using Rank = std::pair<bool, double>;

  /// Whether there is anything left for this origin itself.
  [[nodiscard]] bool has_some(const Origin& origin, Time now) const { return each_.left(origin.text, now) > 0; }
  /// The same, and for a stranger anything left for strangers.
  [[nodiscard]] bool may_work(const Origin& origin, Time now) const {
    return has_some(origin, now) && (origin.proved || strangers_.left(all, now) > 0);
  }
  [[nodiscard]] Rank rank(const Origin& origin, Time now) const {
    return {origin.proved, each_.left(origin.text, now)};
  }

  /// What was done is charged afterwards, so the last piece of work may go below zero.
  void spend(const Origin& origin, double milliseconds, Time now) {
    each_.spend(origin.text, milliseconds, now);
    if (!origin.proved) strangers_.spend(all, milliseconds, now);
  }
  void give_back(const Origin& origin, double milliseconds, Time now) { spend(origin, -milliseconds, now); }

 private:
  inline static const std::string all = "strangers";
  RateLimit<Time> each_{{limits::work_burst, limits::work_per_second}};
  RateLimit<Time> strangers_{{limits::work_burst_in_all, limits::work_per_second_in_all}};
};

}  // namespace agent
