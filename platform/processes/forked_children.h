// SPDX-License-Identifier: ISC
// Several pieces of work at once, each in a child process of its own: for what is asked of many strangers. One of them
// who takes over or fills up a child, or keeps it waiting, does not reach the others.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "platform/base/bytes.h"

namespace platform {

enum class ChildEnd : std::uint8_t {
  not_started,  // the time for all of them was over
  reported,
  too_slow,  // killed
  died,      // crashed, threw, or reported too much
};

struct ChildResult {
  ChildEnd end = ChildEnd::not_started;
  Bytes said;
};

struct ChildrenLimits {
  std::size_t at_once = 1;
  std::size_t said = 0;               // the largest report of one child
  std::chrono::milliseconds each{0};  // then that child is killed
  std::chrono::milliseconds all{0};   // then all are killed, and no more is started
};

/// Runs work(0) to work(count - 1) as run_in_child() does, without another account. The results are in the same order.
/// On Windows one comes after the other, in this process.
std::vector<ChildResult> run_in_children(std::size_t count, const ChildrenLimits& limits,
                                         const std::function<Bytes(std::size_t)>& work);

}  // namespace platform
