// SPDX-License-Identifier: ISC
// What strangers may try, by pin and by address. Five wrong ticket secrets ban both for limits::ban. A wrong secret
// never counts against the ticket, because anybody could then use up a ticket that is not theirs. Wrong proofs have a
// budget that refills. Pure: time comes from the caller. Bounded by limits::bans and limits::rated; in a full table a
// newcomer takes the place of the oldest entry.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>

#include "agent/base/limits.h"
#include "agent/listener/rate_limit.h"
#include "platform/base/clock.h"

namespace agent {

class Bans {
 public:
  void count_wrong(const std::string& who, platform::Time now) {
    std::erase_if(counts_, [now](const auto& entry) { return is_over(entry.second, now); });
    // Each new pin of a stranger is an entry. If a full table took no more, whoever filled it could go on trying.
    if (counts_.size() >= limits::bans && !counts_.contains(who)) {
      counts_.erase(std::ranges::min_element(counts_, {}, [](const auto& entry) { return entry.second.last; }));
    }
    Count& count = counts_[who];
    ++count.wrong;
    count.last = now;
  }
  [[nodiscard]] bool is_banned(const std::string& who, platform::Time now) const {
    const auto found = counts_.find(who);
    return found != counts_.end() && found->second.wrong >= limits::wrong_secrets && !is_over(found->second, now);
  }

  void count_wrong_proof(const std::string& who, platform::Time now) { proofs_.spend(who, 1, now); }
  /// Whether another proof of `who` is looked at.
  [[nodiscard]] bool may_prove(const std::string& who, platform::Time now) const { return proofs_.left(who, now) >= 1; }

 private:
  struct Count {
    std::uint32_t wrong = 0;
    platform::Time last;
  };
  // A clock that was turned back must not make a ban longer.
  static bool is_over(const Count& count, platform::Time now) {
    return now < count.last || now - count.last > limits::ban;
  }

  std::map<std::string, Count> counts_;
  RateLimit<platform::Time> proofs_{{limits::wrong_proofs_burst, limits::wrong_proofs_per_second}};
};

}  // namespace agent
