// SPDX-License-Identifier: ISC
#include "agent/doctor_program/round_trip.h"

#include <algorithm>
#include <thread>

namespace agent::doctor_program {

std::optional<std::chrono::microseconds> least_round_trip(
    const std::function<std::optional<std::chrono::microseconds>()>& ask, const RoundTripBounds& bounds) {
  const auto until = std::chrono::steady_clock::now() + bounds.all;
  auto least = ask();
  for (int asked = 1; least && *least > limits::near_round_trip && asked < bounds.count; ++asked) {
    if (std::chrono::steady_clock::now() >= until) break;
    std::this_thread::sleep_for(bounds.pause);
    const auto taken = ask();
    if (!taken) return std::nullopt;
    least = std::min(*least, *taken);
  }
  return least;
}

}  // namespace agent::doctor_program
