// SPDX-License-Identifier: ISC
// Who may do what with a file, by its owner, group, mode and access control list. This is the kernel's own rule as a
// pure function, because access(2) can only ask for the caller, and the audit asks for the service's account.
//
// Does not know SELinux and AppArmor, capabilities, or what a file server allows root.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "platform/accounts/account.h"
#include "platform/files/file.h"

namespace platform {

enum Permission : std::uint32_t { search_permission = 1, write_permission = 2, read_permission = 4 };

/// One entry of a POSIX access control list (acl(5)).
struct AccessEntry {
  enum class Kind : std::uint8_t { owner, user, owning_group, group, mask, others };
  Kind kind = Kind::others;
  std::uint32_t id = 0;  // of `user` and `group`
  std::uint32_t permissions = 0;

  bool operator==(const AccessEntry&) const = default;
};
using AccessList = std::vector<AccessEntry>;

/// The value of system.posix_acl_access, in the format of linux/posix_acl_xattr.h: version 2, then entries of (tag 16,
/// permissions 16, id 32 bits), little endian. Nothing when it is something else.
std::optional<AccessList> decode_access_list(std::span<const std::byte> attribute);

/// All groups of an account. Looked up only when an answer depends on them, because a directory service may be slow, or
/// not reachable yet when a host starts.
class Groups {
 public:
  using LookUp = std::function<std::vector<GroupId>()>;

  explicit Groups(std::vector<GroupId> known) : known_(std::move(known)) {}
  explicit Groups(LookUp look_up) : look_up_(std::move(look_up)) {}

  [[nodiscard]] bool contain(GroupId group) const;

 private:
  LookUp look_up_;
  mutable std::optional<std::vector<GroupId>> known_;
};

struct User {
  UserId uid = 0;
  Groups groups;
};

/// Whether the user has all of `permissions`, which are bits of Permission. Root has all of them.
bool may(const User& user, const FileFacts& facts, const AccessList& list, std::uint32_t permissions);

/// The entries that give named users and groups something, without those of trusted users. The mask is applied.
AccessList grants_to_others(const AccessList& list, std::span<const UserId> trusted);

}  // namespace platform
