// SPDX-License-Identifier: ISC
#include "platform/files/network_mounts.h"

#include "platform/files/mounts.h"

namespace platform {

// Windows has a table of drives for each user and none for the host.
Result<std::vector<NetworkMount>> network_mounts() { return std::vector<NetworkMount>(); }

Result<std::optional<NetworkMount>> network_storage_of(const Path& path,
                                                       const std::optional<std::string>& known_mount) {
  const auto gone = TRY(absent_network_mount_of(path));
  if (gone) return NetworkMount{"share", *gone, *gone, true};
  if (known_mount && !TRY(is_mounted(*known_mount))) return NetworkMount{"share", *known_mount, *known_mount, true};
  const auto mount = TRY(network_mount_of(path));
  return mount ? std::optional(NetworkMount{"share", *mount, *mount, false}) : std::nullopt;
}

}  // namespace platform
