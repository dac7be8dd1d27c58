// From an owner, a group and nine bits to a security descriptor, and from a descriptor to what it lets an account do.
// Pure. The nine bits can only say about what an access list says: what they cannot say is left to the rules of the
// audit.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "platform/accounts/windows/security_descriptor.h"

namespace platform::windows {

enum class Node : std::uint8_t { file, directory };

/// Owner, group and mode, as the rest of the program says it.
struct Wanted {
  Sid user;
  Sid group;
  std::uint32_t mode = 0;
  Node node = Node::file;
  Sid holder = administrators_sid();  // who owns it in Windows' sense, and so may change all of this
};

/// SYSTEM and Administrators may do everything. The user may do what the first three bits say, the group what the next
/// three say, Users what the last three say, and nobody else anything. Nothing is inherited from above. New files in a
/// directory inherit the same entries, except the one for Users.
SecurityDescriptor descriptor_for(const Wanted& wanted);

/// The account that an administrator's file is for: the only account besides SYSTEM and Administrators that may do
/// something with it; else the owner. Groups that everybody is in do not count.
Sid user_of(const SecurityDescriptor& descriptor);
/// Nine bits that say about the same as the list does: of `user`, of other named accounts, of everybody.
std::uint32_t mode_of(const SecurityDescriptor& descriptor, const Sid& user, Node node);

/// What an account that is in all of `sids` may do, by the system's own rule: entries in their order, the first that
/// names a right decides it. The owner may always read and write the list, unless an entry for OWNER RIGHTS says.
std::uint32_t granted(const SecurityDescriptor& descriptor, std::span<const Sid> sids);

/// The two lists let the same accounts do the same, and so do the owners. The group does not matter.
bool same_access(const SecurityDescriptor& left, const SecurityDescriptor& right);

}  // namespace platform::windows
