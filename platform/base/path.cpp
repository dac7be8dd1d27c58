// SPDX-License-Identifier: ISC
#include "platform/base/path.h"

namespace platform {

Path normal(const Path& path) {
  const Path plain = path.lexically_normal();
  Path below;
  for (const Path& part : plain.relative_path()) {
    // lexically_normal() keeps a dot after a trailing separator, and ".." parts that lead above the root.
    const bool leads_above_root = part == ".." && below.empty() && plain.has_root_directory();
    if (part != "." && !leads_above_root) below /= part;
  }
  const Path found = plain.root_path() / below;
  return found.empty() && !path.empty() ? Path(".") : found;
}

}  // namespace platform
