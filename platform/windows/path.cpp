#include "platform/path.h"

#include "platform/windows/path_rules.h"

namespace platform {

bool is_plain(const Path& path) { return !windows::problem_of(path.string()); }

}  // namespace platform
