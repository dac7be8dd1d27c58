// SPDX-License-Identifier: ISC
// The network file systems of this host, as its table of mounts names them. For comparing hosts: two that name the same
// source keep their files on one server.
//
// Does not say whether a server answers.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "platform/base/path.h"
#include "platform/base/result.h"

namespace platform {

struct NetworkMount {
  std::string file_system;  // "nfs4"
  std::string source;       // "nas1:/om", without a user's name
  std::string point;        // "/etc/mongodb-mms"
  bool absent = false;      // it should be mounted, and is not

  bool operator==(const NetworkMount&) const = default;
};

/// Those that are mounted, sorted by mount point.
Result<std::vector<NetworkMount>> network_mounts();

/// The network file system that holds the path, or should hold it: by the system's table of planned mounts, or because
/// `known_mount` once held it. Nothing when the path is on this host's disks.
/// Wakes an automounter, so it may wait for a file server.
Result<std::optional<NetworkMount>> network_storage_of(const Path& path, const std::optional<std::string>& known_mount);

}  // namespace platform
