// SPDX-License-Identifier: ISC
// What each of many may spend: a burst, then a steady rate. Pure: time comes from the caller. Memory is bounded by
// limits::rated. When that many are kept, the one that was quiet for the longest time is forgotten, and then has a
// whole burst again. So this bounds what one of them spends, and not what all of them spend together.
#pragma once

#include <algorithm>
#include <chrono>
#include <string>
#include <unordered_map>

#include "agent/base/limits.h"

namespace agent {

struct Rate {
  double burst = 0;
  double per_second = 0;
};

/// `Time` is the time point of the caller's clock, which may be turned back.
template <class Time>
class RateLimit {
 public:
  explicit RateLimit(Rate rate) : rate_(rate) {}

  /// Spends one if it is there.
  bool admit(const std::string& who, Time now) {
    if (left(who, now) < 1) return false;
    spend(who, 1, now);
    return true;
  }
  /// Below zero after more was spent than was there.
  [[nodiscard]] double left(const std::string& who, Time now) const {
    const auto found = buckets_.find(who);
    return found == buckets_.end() ? rate_.burst : left_in(found->second, now);
  }
  /// A negative amount is given back.
  void spend(const std::string& who, double amount, Time now) {
    make_room_for(who, now);
    Bucket& bucket = buckets_.try_emplace(who, Bucket{rate_.burst, now}).first->second;
    bucket = {std::min(rate_.burst, left_in(bucket, now) - amount), now};
  }
  [[nodiscard]] std::size_t size() const { return buckets_.size(); }

 private:
  struct Bucket {
    double left = 0;
    Time since;
  };

  [[nodiscard]] double left_in(const Bucket& bucket, Time now) const {
    const double seconds = std::max(0.0, std::chrono::duration<double>(now - bucket.since).count());
    return std::min(rate_.burst, bucket.left + seconds * rate_.per_second);
  }

  // Only when it is needed, because a timer would wake an idle listener. A full bucket is the same as no bucket. If
  // none is full one goes all the same: refusing newcomers instead would let an attacker with many addresses keep out
  // all others.
  void make_room_for(const std::string& who, Time now) {
    if (buckets_.size() < limits::rated || buckets_.contains(who)) return;
    std::erase_if(buckets_, [&](const auto& entry) { return left_in(entry.second, now) >= rate_.burst; });
    if (buckets_.size() < limits::rated) return;
    buckets_.erase(std::ranges::min_element(buckets_, {}, [](const auto& entry) { return entry.second.since; }));
  }

  Rate rate_;
  std::unordered_map<std::string, Bucket> buckets_;
};

}  // namespace agent
