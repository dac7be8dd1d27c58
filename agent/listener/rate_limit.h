// SPDX-License-Identifier: ISC
// Requests per address: a burst, then a steady rate. Pure: time comes from the caller. Memory is bounded by
// limits::rated_addresses; when as many addresses are busy at once, new ones are refused.
#pragma once

#include <algorithm>
#include <chrono>
#include <string>
#include <unordered_map>

#include "agent/base/limits.h"

namespace agent {

class RateLimit {
 public:
  using Time = std::chrono::steady_clock::time_point;

  /// Whether one more request from `address` may pass now.
  bool admit(const std::string& address, Time now) {
    // Cleaned only when it is needed, because a timer would wake an idle listener.
    if (buckets_.size() >= limits::rated_addresses && !buckets_.contains(address)) forget_full_ones(now);
    // If no bucket is full, more addresses are active than the limit allows. Refusing new ones keeps the bound;
    // forgetting old ones would lift their limit.
    if (buckets_.size() >= limits::rated_addresses && !buckets_.contains(address)) return false;
    Bucket& bucket = buckets_.try_emplace(address, Bucket{limits::rate_burst, now}).first->second;
    bucket.tokens = tokens_at(bucket, now);
    bucket.filled = now;
    if (bucket.tokens < 1) return false;
    bucket.tokens -= 1;
    return true;
  }

 private:
  struct Bucket {
    double tokens = 0;
    Time filled;
  };

  static double tokens_at(const Bucket& bucket, Time now) {
    const double seconds = std::chrono::duration<double>(now - bucket.filled).count();
    return std::min<double>(limits::rate_burst, bucket.tokens + seconds * limits::rate_per_second);
  }

  // A full bucket is the same as no bucket, so it can go.
  void forget_full_ones(Time now) {
    std::erase_if(buckets_, [now](const auto& entry) { return tokens_at(entry.second, now) >= limits::rate_burst; });
  }

  std::unordered_map<std::string, Bucket> buckets_;
};

}  // namespace agent
