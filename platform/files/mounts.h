// Whether a path lives on another machine's disk. A key on a network share is a single point of failure, and a share
// that is not mounted must not be taken for a lost key.
//
// Says nothing about who may read the share, and does not measure whether it answers.
#pragma once

#include <optional>
#include <string>

#include "platform/base/path.h"

namespace platform {

/// The mount point that holds `path` when its file system is a network one (on Linux by /proc/self/mountinfo, on
/// Windows the share or the mapped drive). Nothing when it is local or cannot be found out.
std::optional<std::string> network_mount_of(const Path& path);
/// Wakes an automounter, so it may wait for a file server.
bool is_mounted(const Path& mount_point);
/// The network mount that `path` should be on (by /etc/fstab, or by the user's drive letters) and that is not there.
std::optional<std::string> absent_network_mount_of(const Path& path);

}  // namespace platform
