// SPDX-License-Identifier: ISC
#include "platform/processes/forked_children.h"

#include <csignal>
#include <thread>
#include <unistd.h>

#include <doctest/doctest.h>

using platform::Bytes;
using platform::ChildEnd;
using platform::run_in_children;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

using Clock = std::chrono::steady_clock;

constexpr platform::ChildrenLimits usual{.at_once = 4, .said = 200'000, .each = seconds(60), .all = seconds(60)};

Bytes bytes_of(std::size_t count, std::size_t value) { return Bytes(count, static_cast<std::byte>(value)); }

}  // namespace

TEST_CASE("several children report in the order of their work, however large the reports are") {
  const auto results = run_in_children(9, usual, [](std::size_t at) { return bytes_of(at * 20'000, at); });
  REQUIRE(results.size() == 9);
  for (std::size_t at = 0; at < results.size(); ++at) {
    CHECK(results.at(at).end == ChildEnd::reported);
    CHECK(results.at(at).said == bytes_of(at * 20'000, at));
  }
}

TEST_CASE("children work at the same time, and no more of them than the limit") {
  const auto start = Clock::now();
  const auto results = run_in_children(8, usual, [](std::size_t) {
    std::this_thread::sleep_for(seconds(1));
    return Bytes();
  });
  const auto taken = Clock::now() - start;
  CHECK(taken >= seconds(2));
  // One after the other they take 8 s.
  CHECK(taken < seconds(6));
  for (const auto& each : results) CHECK(each.end == ChildEnd::reported);
}

TEST_CASE("a child that crashes, throws or says too much does not touch the others") {
  const auto results = run_in_children(4, usual, [](std::size_t at) {
    if (at == 0) kill(getpid(), SIGKILL);
    if (at == 1) _exit(0);
    return bytes_of(at == 2 ? usual.said + 1 : 3, at);
  });
  CHECK(results.at(0).end == ChildEnd::died);
  CHECK(results.at(1).end == ChildEnd::died);
  CHECK(results.at(2).end == ChildEnd::died);
  CHECK(results.at(3).end == ChildEnd::reported);
  CHECK(results.at(3).said == bytes_of(3, 3));
}

TEST_CASE("a child that takes too long is killed, and what has not begun by the end is told") {
  // A second pair has 1.3 s to begin, which is enough on a busy machine.
  const platform::ChildrenLimits limits{.at_once = 2, .said = 9, .each = milliseconds(1500), .all = milliseconds(2800)};
  const auto start = Clock::now();
  const auto results = run_in_children(6, limits, [](std::size_t) {
    std::this_thread::sleep_for(seconds(60));
    return Bytes();
  });
  CHECK(Clock::now() - start < seconds(20));
  for (std::size_t at = 0; at < 4; ++at) CHECK(results.at(at).end == ChildEnd::too_slow);
  CHECK(results.at(4).end == ChildEnd::not_started);
  CHECK(results.at(5).end == ChildEnd::not_started);
}
