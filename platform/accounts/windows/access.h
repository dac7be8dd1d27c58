// SPDX-License-Identifier: ISC
// Translates an owner, a group and nine mode bits into a security descriptor, and a descriptor into what it lets an
// account do. Pure.
//
// Nine bits cannot express every access list. The rules of the audit look at the list itself.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "platform/accounts/windows/security_descriptor.h"

namespace platform::windows {

enum class Node : std::uint8_t { file, directory };

/// Owner, group and mode, in the terms of the rest of the program.
struct Wanted {
  Sid user;
  Sid group;
  std::uint32_t mode = 0;
  Node node = Node::file;
  Sid holder = administrators_sid();  // the owner in the sense of Windows, who may change all of this
};

/// SYSTEM and Administrators get every right. The user gets what the first three bits say, the group what the next
/// three say, Users what the last three say, and nobody else anything. Nothing is inherited from above. New files in a
/// directory inherit the same entries, except the entry for Users.
SecurityDescriptor descriptor_for(const Wanted& wanted);

/// The account that an administrator's file is for: the only account besides SYSTEM and Administrators that has a right
/// to it, else the owner. Groups that everybody is in do not count.
Sid user_of(const SecurityDescriptor& descriptor);
/// Nine bits that come closest to the list: for `user`, for other named accounts, for everybody.
std::uint32_t mode_of(const SecurityDescriptor& descriptor, const Sid& user, Node node);

/// The rights of an account that is in all of `sids`, by the system's own rule ("How AccessCheck Works"): entries are
/// read in order, and the first that names a right decides about it. The owner may always read and write the list,
/// unless an entry for OWNER RIGHTS limits that.
std::uint32_t granted(const SecurityDescriptor& descriptor, std::span<const Sid> sids);

/// Whether the two descriptors have the same owner and give the same accounts the same rights. The group does not
/// matter.
bool same_access(const SecurityDescriptor& left, const SecurityDescriptor& right);

}  // namespace platform::windows
