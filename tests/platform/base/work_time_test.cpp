// SPDX-License-Identifier: ISC
#include "platform/base/work_time.h"

#include <thread>

#include <doctest/doctest.h>

TEST_CASE("time that a thread works counts, and time that it waits does not") {
  const auto begun = platform::thread_work_time();
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  const auto waited = platform::thread_work_time() - begun;
  CHECK(waited < std::chrono::milliseconds(100));
  // Ends only if the time of work grows.
  while (platform::thread_work_time() - begun < waited + std::chrono::milliseconds(20)) {
  }
}
