#include "platform/path.h"

#include "platform/windows/path_rules.h"

namespace platform {

std::optional<std::string> problem_of_path(const Path& path) {
  const auto problem = windows::problem_of(path.string());
  if (!problem) return std::nullopt;
  return "the path \"" + path.string() + "\" " + *problem + R"(; expected one like C:\MMSData\Secrets\gen.key)";
}

}  // namespace platform
