// SPDX-License-Identifier: ISC
// Finds the share that holds a path, by the name itself or by what Windows says about the drive letter.
#include "platform/files/mounts.h"

#include "platform/base/windows/path_rules.h"
#include "platform/base/windows/registry.h"
#include "platform/base/windows/system.h"
#include "platform/base/windows/text.h"
#include "platform/files/windows/directory.h"

namespace platform {

namespace {

std::optional<Path> root_holding(const Path& path) {
  const auto plain = windows::plain_path(path);
  return plain ? std::optional(Path(windows::root_of(plain->string()))) : std::nullopt;
}

bool is_remote(const Path& root) {
  return windows::is_on_share(root.string()) || GetDriveTypeW(root.c_str()) == DRIVE_REMOTE;
}

bool is_there(const Path& root) { return GetFileAttributesW(root.c_str()) != INVALID_FILE_ATTRIBUTES; }

// A drive letter that this user has mapped to a share. The registry has it even while the share is away.
bool is_mapped(const Path& root) {
  const std::wstring key = L"Network\\" + root.wstring().substr(0, 1);
  return windows::registry_text(HKEY_CURRENT_USER, key.c_str(), L"RemotePath").has_value();
}

}  // namespace

Result<std::optional<std::string>> network_mount_of(const Path& path) {
  const auto root = root_holding(path);
  if (!root || !is_remote(*root)) return std::nullopt;
  return root->string();
}

Result<std::optional<std::string>> read_only_mount_of(const Path& path) {
  const auto root = root_holding(path);
  DWORD flags = 0;
  const bool known =
      root && GetVolumeInformationW(root->c_str(), nullptr, 0, nullptr, nullptr, &flags, nullptr, 0) != 0;
  if (!known || (flags & FILE_READ_ONLY_VOLUME) == 0) return std::nullopt;
  return root->string();
}

Result<bool> is_mounted(const Path& mount_point) { return is_there(mount_point); }

Result<std::optional<std::string>> absent_network_mount_of(const Path& path) {
  const auto root = root_holding(path);
  if (!root || is_there(*root) || !(is_remote(*root) || is_mapped(*root))) return std::nullopt;
  return root->string();
}

}  // namespace platform
