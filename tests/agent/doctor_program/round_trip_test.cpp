// SPDX-License-Identifier: ISC
#include "agent/doctor_program/round_trip.h"

#include <vector>

#include <doctest/doctest.h>

namespace agent::doctor_program {

namespace {

using std::chrono::microseconds;
using Times = std::vector<std::optional<microseconds>>;

constexpr RoundTripBounds patient{.all = std::chrono::hours(1), .pause = std::chrono::milliseconds(0)};

struct Measured {
  std::optional<microseconds> least;
  std::size_t asked = 0;
};

// The last of the times repeats.
Measured measured(const Times& times, const RoundTripBounds& bounds = patient) {
  Measured result;
  result.least = least_round_trip([&] { return times.at(std::min(result.asked++, times.size() - 1)); }, bounds);
  return result;
}

}  // namespace

TEST_CASE("round trip: a near member that is busy now and then is near all the same") {
  const Measured busy = measured({microseconds(9000), microseconds(40000), microseconds(1900), microseconds(400)});
  CHECK(busy.least == microseconds(1900));
  CHECK(busy.asked == 3);
}

TEST_CASE("round trip: a member that answers fast is asked once") {
  CHECK(measured({microseconds(400)}).asked == 1);
  CHECK(measured({microseconds(2000)}).asked == 1);
}

TEST_CASE("round trip: a far member stays far, and is asked a limited number of times") {
  const Measured far = measured({microseconds(12000), microseconds(9000), microseconds(11000)});
  CHECK(far.least == microseconds(9000));
  CHECK(far.asked == limits::round_trips);
}

TEST_CASE("round trip: when the time is over, nobody is asked again") {
  CHECK(measured({microseconds(12000)}, {.all = std::chrono::milliseconds(0)}).asked == 1);
}

TEST_CASE("round trip: a server that falls silent has no round trip") {
  CHECK_FALSE(measured({std::nullopt}).least);
  const Measured gone = measured({microseconds(9000), std::nullopt});
  CHECK_FALSE(gone.least);
  CHECK(gone.asked == 2);
}

}  // namespace agent::doctor_program
