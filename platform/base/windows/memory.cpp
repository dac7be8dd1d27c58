// SPDX-License-Identifier: ISC
#include "platform/base/memory.h"

#include <malloc.h>

namespace platform {

void give_memory_back() { _heapmin(); }

// Windows has no limit on handles that a process could raise.
void raise_descriptor_limit() {}

}  // namespace platform
