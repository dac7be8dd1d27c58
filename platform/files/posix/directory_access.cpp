// SPDX-License-Identifier: ISC
#include "platform/files/directory_access.h"

#include <algorithm>
#include <vector>

#include "platform/files/mounts.h"
#include "platform/files/posix/access_list.h"
#include "platform/files/posix/directory.h"

namespace platform {

namespace {

// A link was followed already, and has no permissions of its own.
bool may_pass(const User& user, const PathStep& step) {
  return step.facts.type == FileType::symlink || may(user, step.facts, step.access_list, search_permission);
}

bool may_write(const User& user, const std::vector<PathStep>& steps) {
  const PathStep& last = steps.back();
  return std::ranges::all_of(steps, [&](const PathStep& step) { return may_pass(user, step); }) &&
         may(user, last.facts, last.access_list, search_permission | write_permission);
}

}  // namespace

DirectoryAccess access_to_directory(const Path& path, const Account& account) {
  std::vector<PathStep> steps;
  const auto directory = posix::open_directory_safely(path, posix::Purpose::look, &steps);
  if (!directory)
    return directory.error().kind == ErrorKind::not_found ? DirectoryAccess::absent : DirectoryAccess::unknown;
  const auto read_only = read_only_mount_of(path);
  if (!read_only) return DirectoryAccess::unknown;
  // Groups are looked up only if the answer depends on them.
  const User user{.uid = account.uid, .groups = Groups([account] { return groups_of(account); })};
  return !*read_only && may_write(user, steps) ? DirectoryAccess::writable : DirectoryAccess::unwritable;
}

}  // namespace platform
