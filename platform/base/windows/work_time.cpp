// SPDX-License-Identifier: ISC
#include "platform/base/work_time.h"

#include "platform/base/windows/system.h"

namespace platform {

std::chrono::nanoseconds thread_work_time() {
  FILETIME begun{};
  FILETIME ended{};
  FILETIME kernel{};
  FILETIME user{};
  if (GetThreadTimes(GetCurrentThread(), &begun, &ended, &kernel, &user) == 0) return {};
  const auto ticks = [](const FILETIME& time) {
    return static_cast<std::int64_t>((static_cast<std::uint64_t>(time.dwHighDateTime) << 32U) | time.dwLowDateTime);
  };
  constexpr std::int64_t tick_ns = 100;
  return std::chrono::nanoseconds((ticks(kernel) + ticks(user)) * tick_ns);
}

}  // namespace platform
