// SPDX-License-Identifier: ISC
// Which file system holds a path, by /proc/self/mountinfo (proc(5)) and /etc/fstab (fstab(5)).
#pragma once

#include <cstdint>
#include <istream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/path.h"
#include "platform/base/result.h"

namespace platform::posix {

/// Where the bytes of a file are: on this host's disks, on another machine, or in memory until the next boot.
enum class Storage : std::uint8_t { local, network, memory };

struct Mount {
  Path point;
  std::string file_system;
  // The file system itself, and not only this mount of it: a unit's sandbox makes mounts read-only for one process.
  bool read_only = false;
  std::string source = {};  // "nas1:/om"

  bool operator==(const Mount&) const = default;
};

/// The mount that holds an absolute path without links. Skips lines that it does not understand. The second form fails
/// when the table cannot be read; nothing in a chroot without /proc.
std::optional<Mount> mount_holding(std::istream& mountinfo, const Path& path);
Result<std::optional<Mount>> mount_holding(const Path& path);

/// Every mount, in the order of the table. A later mount on the same point covers the earlier one. Skips lines that it
/// does not understand.
std::vector<Mount> all_mounts(std::istream& mountinfo);
Result<std::vector<Mount>> all_mounts();

/// mount_holding() for fstab(5), which lists what should be mounted, mounted or not.
std::optional<Mount> mount_planned(std::istream& fstab, const Path& path);
Result<std::optional<Mount>> mount_planned(const Path& path);

/// Whether the path is on ext, XFS or Btrfs. Most keys are, and then the mount table need not be read: it has thousands
/// of lines on some hosts.
bool is_plainly_local(const Path& path);

/// By the name of the type ("nfs4"). An unknown type counts as local, so that a new file system raises no false alarm.
Storage storage_of(std::string_view file_system);

}  // namespace platform::posix
