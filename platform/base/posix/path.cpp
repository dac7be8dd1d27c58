// SPDX-License-Identifier: ISC
#include "platform/base/path.h"

namespace platform {

std::optional<std::string> problem_of_path(const Path&) { return std::nullopt; }

std::optional<std::string> problem_of_own_directory(const Path& path) {
  if (normal(path).has_relative_path()) return std::nullopt;
  return "\"" + path.string() + "\" is the root of a file system; expected a directory below it";
}

}  // namespace platform
