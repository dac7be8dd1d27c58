// Which file system holds a path, by /proc/self/mountinfo (proc(5)).
#pragma once

#include <cstdint>
#include <istream>
#include <optional>
#include <string>
#include <string_view>

#include "platform/base/path.h"

namespace platform::posix {

/// Where the bytes of a file really are: on this host's disks, on another machine, or in memory until the next boot.
enum class Storage : std::uint8_t { local, network, memory };

struct Mount {
  Path point;
  std::string file_system;

  bool operator==(const Mount&) const = default;
};

/// For an absolute path without links. Skips lines that it does not understand.
std::optional<Mount> mount_holding(std::istream& mountinfo, const Path& path);
std::optional<Mount> mount_holding(const Path& path);

/// The same for fstab(5), which lists what should be mounted.
std::optional<Mount> mount_planned(std::istream& fstab, const Path& path);

/// On ext, XFS or Btrfs. Most keys are there, and then nobody has to read the mount table, which has thousands of lines
/// on some hosts.
bool is_plainly_local(const Path& path);

/// By the name of the file system's type ("nfs4"); an unknown type counts as local.
Storage storage_of(std::string_view file_system);

}  // namespace platform::posix
