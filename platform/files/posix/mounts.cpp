// SPDX-License-Identifier: ISC
#include "platform/files/posix/mounts.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <fstream>
#include <linux/magic.h>
#include <string_view>
#include <sys/statvfs.h>
#include <sys/vfs.h>
#include <vector>

#include <boost/filesystem/operations.hpp>

#include "platform/base/posix/errno_error.h"
#include "platform/files/mounts.h"

namespace platform {

namespace posix {

namespace {

// The kernel writes blanks and backslashes in paths as three octal digits (proc(5)).
std::string unescaped(std::string_view text) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '7'; };
  std::string plain;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const bool escape = text[at] == '\\' && at + 3 < text.size() && is_digit(text[at + 1]) && is_digit(text[at + 2]) &&
                        is_digit(text[at + 3]);
    if (escape) {
      plain += static_cast<char>((text[at + 1] - '0') * 64 + (text[at + 2] - '0') * 8 + (text[at + 3] - '0'));
      at += 3;
    } else {
      plain += text[at];
    }
  }
  return plain;
}

using Fields = std::vector<std::string_view>;

Fields fields_of(std::string_view line) {
  constexpr std::string_view blank = " \t";
  Fields fields;
  for (auto at = line.find_first_not_of(blank); at != std::string_view::npos; at = line.find_first_not_of(blank, at)) {
    const auto end = std::min(line.find_first_of(blank, at), line.size());
    fields.push_back(line.substr(at, end - at));
    at = end;
  }
  return fields;
}

// "36 35 98:0 /root /point options optional... - type source options" (proc(5)). Any number of optional fields stands
// before the dash. The first options are those of the mount, the last ones those of the file system.
std::optional<Mount> mount_in(std::string_view line) {
  const Fields fields = fields_of(line);
  const auto dash = std::ranges::find(fields, "-");
  if (fields.end() - dash < 3 || dash - fields.begin() < 5) return std::nullopt;
  const std::string_view options = fields.end() - dash > 3 ? dash[3] : std::string_view();
  return Mount{unescaped(fields[4]), std::string(dash[1]), options == "ro" || options.starts_with("ro,"),
               unescaped(dash[2])};
}

// "source point type options dump pass" (fstab(5)).
std::optional<Mount> planned_mount_in(std::string_view line) {
  const Fields fields = fields_of(line);
  if (fields.size() < 3 || fields[0].starts_with('#')) return std::nullopt;
  return Mount{unescaped(fields[1]), std::string(fields[2]), false, unescaped(fields[0])};
}

// "/data" holds "/data/x" but not "/database".
bool holds(const std::string& point, const std::string& path) {
  return point == "/" || path == point || path.starts_with(point + "/");
}

std::optional<Mount> deepest_in(std::istream& lines, const Path& path,
                                std::optional<Mount> (*mount_of)(std::string_view line)) {
  // Mounts lie inside each other, and the deepest holds the path.
  std::optional<Mount> deepest;
  for (std::string line; std::getline(lines, line);) {
    auto mount = mount_of(line);
    if (!mount || !holds(mount->point.string(), path.string())) continue;
    // A later mount on the same point covers the earlier mount.
    if (!deepest || mount->point.size() >= deepest->point.size()) deepest = std::move(mount);
  }
  return deepest;
}

// A table that is cut short by a failed read would make a network mount look like a local disk.
template <class Found>
Result<Found> from_table(const char* table, Found (*read)(std::istream& lines, const Path& path), const Path& path) {
  errno = 0;
  std::ifstream lines(table);
  if (!lines && errno == ENOENT) return Found();
  auto found = lines ? read(lines, path) : Found();
  if (lines.bad() || !lines.is_open()) return fail_errno("cannot read", table, errno == 0 ? EIO : errno);
  return found;
}

constexpr const char* mount_table = "/proc/self/mountinfo";

std::vector<Mount> every_mount(std::istream& mountinfo, const Path& /*path*/) {
  std::vector<Mount> mounts;
  for (std::string line; std::getline(mountinfo, line);) {
    if (auto mount = mount_in(line)) mounts.push_back(*std::move(mount));
  }
  return mounts;
}

}  // namespace

std::optional<Mount> mount_holding(std::istream& mountinfo, const Path& path) {
  return deepest_in(mountinfo, path, mount_in);
}

std::vector<Mount> all_mounts(std::istream& mountinfo) { return every_mount(mountinfo, {}); }

Result<std::vector<Mount>> all_mounts() { return from_table<std::vector<Mount>>(mount_table, every_mount, {}); }

std::optional<Mount> mount_planned(std::istream& fstab, const Path& path) {
  return deepest_in(fstab, path, planned_mount_in);
}

Result<std::optional<Mount>> mount_holding(const Path& path) {
  return from_table<std::optional<Mount>>(mount_table, mount_holding, path);
}

Result<std::optional<Mount>> mount_planned(const Path& path) {
  return from_table<std::optional<Mount>>("/etc/fstab", mount_planned, path);
}

bool is_plainly_local(const Path& path) {
  struct statfs facts {};
  // A failure is not "local": the slower way then decides.
  if (statfs(path.c_str(), &facts) != 0) return false;
  const auto type = static_cast<std::uint64_t>(facts.f_type);
  return type == EXT4_SUPER_MAGIC || type == XFS_SUPER_MAGIC || type == BTRFS_SUPER_MAGIC;
}

Storage storage_of(std::string_view file_system) {
  static constexpr std::array<std::string_view, 22> network = {
      "nfs",       "nfs4",   "cifs",   "smb3",  "smbfs", "ncpfs", "9p",    "virtiofs", "afs",  "coda",   "ceph",
      "glusterfs", "lustre", "beegfs", "ocfs2", "gfs2",  "gpfs",  "pvfs2", "orangefs", "fuse", "vboxsf", "vmhgfs"};
  static constexpr std::array<std::string_view, 2> memory = {"tmpfs", "ramfs"};
  if (std::ranges::find(memory, file_system) != memory.end()) return Storage::memory;
  // Each FUSE file system has a type of its own, such as fuse.sshfs or fuse.s3fs. Most of them lead to another machine.
  const bool is_network = std::ranges::find(network, file_system) != network.end() || file_system.starts_with("fuse.");
  return is_network ? Storage::network : Storage::local;
}

}  // namespace posix

Result<std::optional<std::string>> network_mount_of(const Path& path) {
  // The usual case, without reading a mount table that has thousands of lines on container hosts.
  if (posix::is_plainly_local(path)) return std::nullopt;
  boost::system::error_code error;
  // The mount table has resolved paths only, and the end of the path may not exist yet.
  const Path resolved = boost::filesystem::weakly_canonical(path, error);
  const auto mount = TRY(posix::mount_holding(error ? path : resolved));
  if (!mount || posix::storage_of(mount->file_system) != posix::Storage::network) return std::nullopt;
  return mount->point.string();
}

Result<std::optional<std::string>> read_only_mount_of(const Path& path) {
  struct statvfs facts {};
  // What is not there cannot be read-only. The usual case is answered without the mount table.
  if (statvfs(path.c_str(), &facts) != 0 || (facts.f_flag & ST_RDONLY) == 0) return std::nullopt;
  boost::system::error_code error;
  const Path resolved = boost::filesystem::canonical(path, error);
  const auto mount = TRY(posix::mount_holding(error ? path : resolved));
  return mount && mount->read_only ? std::optional(mount->point.string()) : std::nullopt;
}

Result<bool> is_mounted(const Path& mount_point) {
  boost::system::error_code error;
  boost::filesystem::exists(mount_point / ".", error);  // wakes an automounter
  const auto mount = TRY(posix::mount_holding(mount_point));
  // autofs stands in the table until something asks for the real mount.
  return mount && mount->point == mount_point && mount->file_system != "autofs";
}

Result<std::optional<std::string>> absent_network_mount_of(const Path& path) {
  const auto planned = TRY(posix::mount_planned(path));
  if (!planned || posix::storage_of(planned->file_system) != posix::Storage::network) return std::nullopt;
  return TRY(is_mounted(planned->point)) ? std::nullopt : std::optional(planned->point.string());
}

}  // namespace platform
