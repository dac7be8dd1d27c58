#include "platform/base/memory.h"

#include <malloc.h>
#include <sys/resource.h>

namespace platform {

void give_memory_back() { malloc_trim(0); }

void raise_descriptor_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);  // a refusal leaves the old limit, which then says so by itself
}

}  // namespace platform
