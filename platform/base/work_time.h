// SPDX-License-Identifier: ISC
// How long a thread has worked. Time in which it waited, or in which the system ran others, does not count.
#pragma once

#include <chrono>

namespace platform {

/// Of the calling thread since its start; only differences mean something. On Windows it grows in steps of about 16 ms,
/// which come out right on average.
std::chrono::nanoseconds thread_work_time();

}  // namespace platform
