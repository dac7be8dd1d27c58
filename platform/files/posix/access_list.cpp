// SPDX-License-Identifier: ISC
#include "platform/files/posix/access_list.h"

#include <algorithm>

namespace platform {

namespace {

using Kind = AccessEntry::Kind;

constexpr std::size_t header_size = 4;
constexpr std::size_t entry_size = 8;
constexpr std::uint32_t version = 2;

// The attribute is little endian on every host.
std::uint32_t number_at(std::span<const std::byte> bytes, std::size_t at, std::size_t width) {
  std::uint32_t number = 0;
  for (std::size_t index = width; index-- > 0;)
    number = number << 8U | std::to_integer<std::uint32_t>(bytes[at + index]);
  return number;
}

std::optional<Kind> kind_of(std::uint32_t tag) {
  switch (tag) {
    case 0x01: return Kind::owner;
    case 0x02: return Kind::user;
    case 0x04: return Kind::owning_group;
    case 0x08: return Kind::group;
    case 0x10: return Kind::mask;
    case 0x20: return Kind::others;
    default: return std::nullopt;
  }
}

bool allows(std::uint32_t given, std::uint32_t wanted) { return (given & wanted) == wanted; }

// A list without named entries has no mask, and then nothing limits its entries.
std::uint32_t mask_of(const AccessList& list) {
  const auto mask = std::ranges::find(list, Kind::mask, &AccessEntry::kind);
  return mask == list.end() ? 07U : mask->permissions;
}

bool mode_allows(const User& user, const FileFacts& facts, std::uint32_t wanted) {
  // The first class that fits decides: an owner without permission does not get it as a member of the group.
  if (user.uid == facts.uid) return allows(facts.mode >> 6U, wanted);
  const bool as_member = allows(facts.mode >> 3U, wanted);
  const bool as_stranger = allows(facts.mode, wanted);
  // The groups do not matter then, and a slow directory service is not asked.
  if (as_member == as_stranger) return as_stranger;
  return user.groups.contain(facts.gid) ? as_member : as_stranger;
}

// acl(5), "Access check algorithm". The first class that matches decides, except that one of several matching groups is
// enough.
bool list_allows(const User& user, const FileFacts& facts, const AccessList& list, std::uint32_t wanted) {
  const std::uint32_t mask = mask_of(list);
  if (user.uid == facts.uid) return allows(facts.mode >> 6U, wanted);
  for (const AccessEntry& entry : list) {
    if (entry.kind == Kind::user && entry.id == user.uid) return allows(entry.permissions & mask, wanted);
  }
  bool in_some_group = false;
  for (const AccessEntry& entry : list) {
    const bool matches = (entry.kind == Kind::owning_group && user.groups.contain(facts.gid)) ||
                         (entry.kind == Kind::group && user.groups.contain(entry.id));
    if (matches && allows(entry.permissions & mask, wanted)) return true;
    in_some_group = in_some_group || matches;
  }
  return !in_some_group && allows(facts.mode, wanted);
}

}  // namespace

bool Groups::contain(GroupId group) const {
  if (!known_) known_ = look_up_();
  return std::ranges::find(*known_, group) != known_->end();
}

std::optional<AccessList> decode_access_list(std::span<const std::byte> attribute) {
  if (attribute.size() < header_size || (attribute.size() - header_size) % entry_size != 0) return std::nullopt;
  if (number_at(attribute, 0, 4) != version) return std::nullopt;
  AccessList list;
  for (std::size_t at = header_size; at < attribute.size(); at += entry_size) {
    const auto kind = kind_of(number_at(attribute, at, 2));
    // A list with an unknown entry is not understood at all; leaving the entry out could hide a right.
    if (!kind) return std::nullopt;
    list.push_back({*kind, number_at(attribute, at + 4, 4), number_at(attribute, at + 2, 2)});
  }
  return list;
}

bool may(const User& user, const FileFacts& facts, const AccessList& list, std::uint32_t permissions) {
  if (user.uid == 0) return true;
  return list.empty() ? mode_allows(user, facts, permissions) : list_allows(user, facts, list, permissions);
}

AccessList grants_to_others(const AccessList& list, std::span<const UserId> trusted) {
  AccessList grants;
  for (AccessEntry entry : list) {
    const bool is_named = entry.kind == Kind::user || entry.kind == Kind::group;
    const bool is_trusted = entry.kind == Kind::user && std::ranges::find(trusted, entry.id) != trusted.end();
    // The mask limits named entries. What it takes away is not granted.
    entry.permissions &= mask_of(list);
    if (is_named && !is_trusted && entry.permissions != 0) grants.push_back(entry);
  }
  return grants;
}

}  // namespace platform
