#include "platform/path.h"

namespace platform {

bool is_plain(const Path&) { return true; }

}  // namespace platform
