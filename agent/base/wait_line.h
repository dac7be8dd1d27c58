// SPDX-License-Identifier: ISC
// What a command waits for, while it waits. At a terminal: one line, rewritten with the seconds that are left and gone
// when the wait is over. In systemd's journal: one entry. A file, a pipe or --quiet gets nothing, because a script that
// keeps standard error wants results only.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace agent {

class WaitLine {
 public:
  using Clock = std::chrono::steady_clock;

  /// The wait is given up at `end`. Nothing is shown yet.
  WaitLine(Clock::time_point end, bool quiet);
  WaitLine(const WaitLine&) = delete;
  WaitLine& operator=(const WaitLine&) = delete;
  ~WaitLine();

  /// To be called about once a second, not before the first second is over: most waits are shorter than that, and
  /// nobody wants to read of them. `what` is "waiting for peers: 1 of 3 have answered".
  void show(std::string_view what);

 private:
  enum class Place : std::uint8_t { nowhere, terminal, plain };
  static Place place_for(bool quiet, std::size_t columns);

  Clock::time_point end_;
  std::size_t columns_;
  Place place_;
  std::size_t shown_ = 0;  // columns that the line takes now
};

/// The line for a terminal of that many columns: `what` is cut, and the seconds never.
std::string wait_text(std::string_view what, std::chrono::seconds left, std::size_t columns);

}  // namespace agent
