// SPDX-License-Identifier: ISC
// Bans for wrong ticket secrets, by pin and by address. A wrong secret never counts against the ticket, because anybody
// could then use up a ticket that is not theirs. Pure: time comes from the caller. Bounded by limits::bans; when the
// table is full, further offenders are not counted until old entries expire.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "agent/base/limits.h"
#include "platform/base/clock.h"

namespace agent {

class Bans {
 public:
  void count_wrong(const std::string& who, platform::Time now) {
    std::erase_if(counts_, [now](const auto& entry) { return now - entry.second.last > limits::ban; });
    // The table is bounded: every new pin of a stranger would otherwise be an entry.
    if (counts_.size() >= limits::bans && !counts_.contains(who)) return;
    Count& count = counts_[who];
    ++count.wrong;
    count.last = now;
  }

  [[nodiscard]] bool is_banned(const std::string& who, platform::Time now) const {
    const auto found = counts_.find(who);
    return found != counts_.end() && found->second.wrong >= limits::wrong_secrets &&
           now - found->second.last <= limits::ban;
  }

 private:
  struct Count {
    std::uint32_t wrong = 0;
    platform::Time last;
  };
  std::map<std::string, Count> counts_;
};

}  // namespace agent
