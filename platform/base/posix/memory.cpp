// SPDX-License-Identifier: ISC
#include "platform/base/memory.h"

#include <malloc.h>
#include <sys/resource.h>

namespace platform {

void give_memory_back() { malloc_trim(0); }

void raise_descriptor_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  // If this fails, the old limit stays, and the first connection beyond it reports the reason.
  setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace platform
