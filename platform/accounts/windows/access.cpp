// SPDX-License-Identifier: ISC
#include "platform/accounts/windows/access.h"

#include <algorithm>
#include <array>
#include <optional>

namespace platform::windows {

namespace {

constexpr std::uint8_t inheritable = inheritance::files | inheritance::directories;

std::uint32_t rights_of(std::uint32_t bits, Node node) {
  std::uint32_t mask = 0;
  if ((bits & 4U) != 0) mask |= rights::file_read;
  // An account that may write a file must be able to replace it, as on other systems, and that takes DELETE.
  if ((bits & 2U) != 0) mask |= rights::file_write | rights::erase;
  if ((bits & 2U) != 0 && node == Node::directory) mask |= rights::delete_child;
  if ((bits & 1U) != 0) mask |= rights::file_execute;
  return mask;
}

std::uint32_t bits_of(std::uint32_t mask, Node node) {
  // The right to change the list or the owner counts as writing, because it leads to every other right.
  const std::uint32_t writing = rights::write_data | rights::append_data | rights::write_list | rights::write_owner;
  std::uint32_t bits = 0;
  if ((mask & rights::read_data) != 0) bits |= 4U;
  if ((mask & writing) != 0 || (node == Node::directory && (mask & rights::delete_child) != 0)) bits |= 2U;
  // Full control of a file includes execution. It would make every file of an administrator look executable.
  const bool counts = node == Node::directory || specific(mask) != rights::file_all;
  if ((mask & rights::execute) != 0 && counts) bits |= 1U;
  return bits;
}

// CREATOR OWNER and OWNER RIGHTS are not accounts; they stand for the owner.
bool is_account(const Sid& sid) {
  return !is_administrative(sid) && !is_everybody(sid) && sid != creator_owner_sid() && sid != owner_rights_sid();
}

bool matters(const Entry& entry) { return entry.grants() && entry.applies_here() && specific(entry.mask) != 0; }

}  // namespace

SecurityDescriptor descriptor_for(const Wanted& wanted) {
  const std::uint8_t flags = wanted.node == Node::directory ? inheritable : 0;
  SecurityDescriptor descriptor{
      .owner = wanted.holder, .group = std::nullopt, .is_protected = true, .entries = Entries()};
  const auto add = [&](const Sid& sid, std::uint32_t mask, std::uint8_t inherited_by) {
    if (mask != 0) descriptor.entries->push_back({.flags = inherited_by, .mask = mask, .sid = sid});
  };
  // These two could take every right anyway. Listing them lets backups and repairs work without that.
  add(system_sid(), rights::file_all, flags);
  add(administrators_sid(), rights::file_all, flags);
  // Windows has no private groups. If the user stands for its own group, the group's bits are the user's too.
  std::uint32_t users_bits = wanted.mode >> 6U & 7U;
  if (wanted.group == wanted.user) users_bits |= wanted.mode >> 3U & 7U;
  if (!is_administrative(wanted.user)) add(wanted.user, rights_of(users_bits, wanted.node), flags);
  const bool other_group = !is_administrative(wanted.group) && wanted.group != wanted.user;
  if (other_group) add(wanted.group, rights_of(wanted.mode >> 3U & 7U, wanted.node), flags);
  // Not inherited: a directory that everyone may read must not make every new file in it readable.
  add(users_sid(), rights_of(wanted.mode & 7U, wanted.node), 0);
  return descriptor;
}

Sid user_of(const SecurityDescriptor& descriptor) {
  Sid owner = descriptor.owner.value_or(everyone_sid());
  // Administrators own what an installer makes, whomever it is for, so the list is asked.
  if (!is_administrative(owner) || !descriptor.entries) return owner;
  std::optional<Sid> only;
  for (const Entry& entry : *descriptor.entries) {
    if (!matters(entry) || !is_account(entry.sid)) continue;
    // Two accounts share the file, so it is for neither of them alone.
    if (only && *only != entry.sid) return owner;
    only = entry.sid;
  }
  return only.value_or(owner);
}

std::uint32_t mode_of(const SecurityDescriptor& descriptor, const Sid& user, Node node) {
  // A descriptor without a list lets everyone do everything, unlike an empty list.
  if (!descriptor.entries) return 0777;
  // Administrators can give themselves every right, whatever the list says.
  std::uint32_t own = is_administrative(user) ? rights::file_all : granted(descriptor, std::array{user});
  std::uint32_t others = 0;
  std::uint32_t everybody = 0;
  for (const Entry& entry : *descriptor.entries) {
    if (!matters(entry) || entry.sid == user || is_administrative(entry.sid)) continue;
    (is_account(entry.sid) ? others : everybody) |= specific(entry.mask);
  }
  return bits_of(own, node) << 6U | bits_of(others | everybody, node) << 3U | bits_of(everybody, node);
}

std::uint32_t granted(const SecurityDescriptor& descriptor, std::span<const Sid> sids) {
  if (!descriptor.entries) return rights::file_all;
  const auto is_one = [&](const Sid& sid) { return std::ranges::find(sids, sid) != sids.end(); };
  const bool owns = descriptor.owner && is_one(*descriptor.owner);
  bool owner_is_limited = false;
  std::uint32_t allowed = 0;
  std::uint32_t denied = 0;
  for (const Entry& entry : *descriptor.entries) {
    if (!entry.applies_here()) continue;
    // An entry for OWNER RIGHTS replaces the rights that an owner has without any entry.
    const bool for_owner = owns && entry.sid == owner_rights_sid();
    owner_is_limited = owner_is_limited || for_owner;
    if (!for_owner && !is_one(entry.sid)) continue;
    // Order counts: a later entry cannot change what an earlier entry has decided.
    if (entry.grants()) allowed |= specific(entry.mask) & ~denied;
    if (entry.denies()) denied |= specific(entry.mask) & ~allowed;
  }
  if (owns && !owner_is_limited) allowed |= rights::read_control | rights::write_list;
  return allowed;
}

bool same_access(const SecurityDescriptor& left, const SecurityDescriptor& right) {
  const auto comparable = [](const SecurityDescriptor& descriptor) {
    SecurityDescriptor copy = descriptor;
    // Windows never asks for the group, and tools set it as they like.
    copy.group = std::nullopt;
    if (!copy.entries) return copy;
    // Tools write generic rights, and the system stores specific rights. They mean the same.
    for (Entry& entry : *copy.entries) entry.mask = specific(entry.mask);
    return copy;
  };
  return comparable(left) == comparable(right);
}

}  // namespace platform::windows
