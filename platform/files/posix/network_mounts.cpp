// SPDX-License-Identifier: ISC
#include "platform/files/network_mounts.h"

#include <map>

#include <boost/filesystem/operations.hpp>

#include "platform/files/mounts.h"
#include "platform/files/posix/mounts.h"

namespace platform {

namespace {

// sshfs has "user@server:/path".
std::string without_user(const std::string& source) {
  const auto at = source.rfind('@');
  return at == std::string::npos ? source : source.substr(at + 1);
}

NetworkMount network_mount(const posix::Mount& mount, bool absent) {
  return {.file_system = mount.file_system,
          .source = without_user(mount.source),
          .point = mount.point.string(),
          .absent = absent};
}

bool is_network(const std::optional<posix::Mount>& mount) {
  return mount && posix::storage_of(mount->file_system) == posix::Storage::network;
}

}  // namespace

Result<std::vector<NetworkMount>> network_mounts() {
  std::map<std::string, posix::Mount> at_point;
  for (posix::Mount& mount : TRY(posix::all_mounts())) at_point.insert_or_assign(mount.point.string(), mount);
  std::vector<NetworkMount> found;
  for (const auto& [point, mount] : at_point) {
    if (is_network(mount)) found.push_back(network_mount(mount, false));
  }
  return found;
}

Result<std::optional<NetworkMount>> network_storage_of(const Path& path,
                                                       const std::optional<std::string>& known_mount) {
  const auto planned = TRY(posix::mount_planned(path));
  if (is_network(planned) && !TRY(is_mounted(planned->point))) return network_mount(*planned, true);
  // Mounts that were made by hand, or by an automounter, are in no table of planned ones.
  if (known_mount && !TRY(is_mounted(*known_mount))) return NetworkMount{"network", *known_mount, *known_mount, true};
  boost::system::error_code error;
  const Path resolved = boost::filesystem::weakly_canonical(path, error);
  const auto mount = TRY(posix::mount_holding(error ? path : resolved));
  return is_network(mount) ? std::optional(network_mount(*mount, false)) : std::nullopt;
}

}  // namespace platform
