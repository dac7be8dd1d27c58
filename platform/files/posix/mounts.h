// Which file system holds a path, by /proc/self/mountinfo (proc(5)).
#pragma once

#include <istream>
#include <optional>
#include <string>

#include "platform/audit/posix/audit_facts.h"
#include "platform/base/path.h"

namespace platform::posix {

struct Mount {
  Path point;
  std::string file_system;

  bool operator==(const Mount&) const = default;
};

/// Of an absolute path without links. Lines that are not understood are skipped.
std::optional<Mount> mount_holding(std::istream& mountinfo, const Path& path);
std::optional<Mount> mount_holding(const Path& path);

/// The same of fstab(5), which says what should be mounted.
std::optional<Mount> mount_planned(std::istream& fstab, const Path& path);

/// On ext, XFS or Btrfs: most keys are, and then no mount table, thousands of lines on some hosts, needs to be read.
bool is_plainly_local(const Path& path);

Storage storage_of(std::string_view file_system);

}  // namespace platform::posix
