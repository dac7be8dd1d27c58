// SPDX-License-Identifier: ISC
// How long the way to a server and back takes. A busy machine answers late now and then, and no pause makes a long way
// shorter, so the least of several times counts.
#pragma once

#include <chrono>
#include <functional>
#include <optional>

#include "agent/base/doctor_limits.h"

namespace agent::doctor_program {

struct RoundTripBounds {
  int count = limits::round_trips;
  std::chrono::milliseconds all = limits::round_trips_in_all;
  std::chrono::milliseconds pause = limits::between_round_trips;
};

/// `ask` asks once and says how long that took; nothing: no answer. It is called again until an answer was as fast as
/// limits::near_round_trip, or the bounds are reached. Nothing if an answer is missing: the last word of the server
/// counts.
std::optional<std::chrono::microseconds> least_round_trip(
    const std::function<std::optional<std::chrono::microseconds>()>& ask, const RoundTripBounds& bounds = {});

}  // namespace agent::doctor_program
