// SPDX-License-Identifier: ISC
#include "platform/base/work_time.h"

#include <ctime>

namespace platform {

std::chrono::nanoseconds thread_work_time() {
  timespec time{};
  // It cannot fail for the calling thread (clock_gettime(3)).
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

}  // namespace platform
