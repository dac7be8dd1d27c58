// SPDX-License-Identifier: ISC
// Whether a path lives on another machine's disk, or on one that cannot be written. A key on a network share is a
// single point of failure, and an unmounted share must not be taken for a lost key.
//
// Does not say who may read the share, nor whether its server answers. A table of mounts that cannot be read is an
// error and not a local disk; one that does not exist lists nothing.
#pragma once

#include <optional>
#include <string>

#include "platform/base/path.h"
#include "platform/base/result.h"

namespace platform {

/// The mount point that holds `path`, when its file system is a network file system (on Linux by /proc/self/mountinfo,
/// on Windows the share or the mapped drive). Nothing when it is local or unknown.
Result<std::optional<std::string>> network_mount_of(const Path& path);
/// The mount point that holds `path`, when its file system is read-only for every process, as after an error of the
/// disk. Nothing when it is writable, unknown or not there. Rights do not matter.
Result<std::optional<std::string>> read_only_mount_of(const Path& path);
/// Whether a file system is mounted there. Wakes an automounter, so it may wait for a file server.
Result<bool> is_mounted(const Path& mount_point);
/// The network mount that `path` should be on (by /etc/fstab, or by the user's drive letters), when it is not mounted.
Result<std::optional<std::string>> absent_network_mount_of(const Path& path);

}  // namespace platform
