// SPDX-License-Identifier: ISC
#include "platform/base/path.h"

#include "platform/base/windows/path_rules.h"
#include "platform/base/windows/system.h"

namespace platform {

namespace {

// Shares are not asked: a server that does not answer would delay every command that checks a path.
bool has_no_drive(const Path& path) {
  const std::string root =
      path.has_root_name() && !windows::is_on_share(path.string()) ? windows::root_of(path.string()) : "";
  return !root.empty() && GetDriveTypeA(root.c_str()) == DRIVE_NO_ROOT_DIR;
}

}  // namespace

std::optional<std::string> problem_of_path(const Path& path) {
  const auto problem = windows::problem_of(path.string());
  if (!problem) return std::nullopt;
  return "the path \"" + path.string() + "\" " + *problem + R"(; expected one like C:\MMSData\Secrets\gen.key)";
}

std::optional<std::string> problem_of_own_directory(const Path& path) {
  if (auto problem = problem_of_path(path)) return problem;
  if (has_no_drive(path)) return "\"" + path.string() + "\" is on a drive that this host does not have";
  if (normal(path).has_relative_path()) return std::nullopt;
  return "\"" + path.string() + "\" is the root of a file system; expected a directory below it";
}

}  // namespace platform
