#include "platform/base/memory.h"

#include <malloc.h>

namespace platform {

void give_memory_back() { _heapmin(); }

// There is no limit on handles here that a process could raise.
void raise_descriptor_limit() {}

}  // namespace platform
