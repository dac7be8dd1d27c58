// SPDX-License-Identifier: ISC
#include "tests/platform/audit/posix/key_file_rules_rows.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <stdexcept>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <boost/filesystem/operations.hpp>

namespace tests {

namespace {

using platform::Path;

void change(const Path& path, const Look& look) {
  if (look.size) fill(path, *look.size);
  if (look.owner) set_owner(path, *look.owner);
  // Last, because a change of owner takes setuid and setgid away.
  if (look.mode) set_mode(path, *look.mode);
}

// One entry of system.posix_acl_access, as linux/posix_acl_xattr.h draws it.
struct AclEntry {
  std::uint16_t tag;
  std::uint16_t permissions;
  std::uint32_t id;
};
constexpr std::uint16_t acl_owner = 1;
constexpr std::uint16_t acl_user = 2;
constexpr std::uint16_t acl_group = 4;
constexpr std::uint16_t acl_mask = 0x10;
constexpr std::uint16_t acl_others = 0x20;
constexpr std::uint32_t no_id = 0xffffffff;

void set_acl(const Path& path, const std::vector<AclEntry>& entries) {
  std::vector<unsigned char> value = {2, 0, 0, 0};
  const auto put = [&](std::uint32_t number, int bytes) {
    for (int index = 0; index < bytes; ++index) value.push_back(static_cast<unsigned char>(number >> (8 * index)));
  };
  for (const AclEntry& entry : entries) {
    put(entry.tag, 2);
    put(entry.permissions, 2);
    put(entry.id, 4);
  }
  must(setxattr(path.c_str(), "system.posix_acl_access", value.data(), value.size(), 0) == 0, "setxattr");
}

}  // namespace

std::vector<PermissionRow> permission_rows() {
  return joined(
      {rows_of_modes(), rows_of_owners(), rows_of_file_types(), rows_of_directories(), rows_of_access_lists()});
}

std::vector<PermissionRow> joined(const std::vector<std::vector<PermissionRow>>& groups) {
  std::vector<PermissionRow> all;
  for (const auto& group : groups) all.insert(all.end(), group.begin(), group.end());
  return all;
}

void prepare(const PermissionRow& row, const KeyScene& scene) {
  change(scene.key, row.key);
  change(scene.directory, row.directory);
  change(scene.base, row.base);
  if (row.prepare) row.prepare(scene);
}

std::string mode_from(const std::string& mode) { return "changed the mode of {key} from " + mode + " to 0600"; }
std::string owner_from(const std::string& owner) {
  return "changed the owner of {key} from " + owner + " to {service}";
}
std::string both(const std::string& first, const std::string& second) { return first + "; " + second; }

void must(bool done, const char* call) {
  if (!done) throw std::runtime_error(std::string(call) + ": " + std::strerror(errno));
}

void set_mode(const Path& path, std::uint32_t mode) { must(chmod(path.c_str(), mode) == 0, "chmod"); }

void set_owner(const Path& path, const std::string& owner) {
  const auto account = platform::find_account(owner);
  must(account && lchown(path.c_str(), account->uid, account->gid) == 0, "chown");
}

void fill(const Path& path, std::size_t size) {
  std::ofstream(path.string(), std::ios::trunc) << std::string(size, 'k');
}

void grant(const Path& path, const std::string& user, std::uint16_t permissions, std::uint16_t mask) {
  const auto account = platform::find_account(user);
  must(account.has_value(), "account");
  const std::uint16_t all = boost::filesystem::is_directory(path) ? 7 : 6;
  set_acl(path, {{acl_owner, all, no_id},
                 {acl_user, permissions, account->uid},
                 {acl_group, 0, no_id},
                 {acl_mask, mask, no_id},
                 {acl_others, 0, no_id}});
}

}  // namespace tests
