// SPDX-License-Identifier: ISC
#include "platform/accounts/account.h"

#include <charconv>
#include <grp.h>
#include <optional>
#include <pwd.h>
#include <unistd.h>

namespace platform {

namespace {

std::optional<std::uint32_t> number_in(std::string_view text) {
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// A name of digits is looked up as a name first, as chown(1) does. POSIX allows such names.
const passwd* user_entry(const std::string& user) {
  if (const passwd* entry = getpwnam(user.c_str())) return entry;
  const auto uid = number_in(user);
  return uid ? getpwuid(*uid) : nullptr;
}

// The entries of getpwnam(3) and getgrnam(3) are static memory, valid until the next call. The program has one thread.
const group* group_entry(const std::string& name) {
  if (const group* entry = getgrnam(name.c_str())) return entry;
  const auto gid = number_in(name);
  return gid ? getgrgid(*gid) : nullptr;
}

Account account_from(const passwd& entry, GroupId gid) {
  return {.name = entry.pw_name, .uid = entry.pw_uid, .gid = gid, .home = entry.pw_dir};
}

}  // namespace

Result<Account> find_account(std::string_view owner) {
  const auto colon = owner.find(':');
  const std::string user(owner.substr(0, colon));
  const passwd* entry = user.empty() ? nullptr : user_entry(user);
  // The account comes with Ops Manager's package, so an absent account means that the package is not there yet.
  if (entry == nullptr) return fail(ErrorKind::not_installed, "there is no account \"" + user + "\" on this host");
  if (colon == std::string_view::npos) return account_from(*entry, entry->pw_gid);

  const std::string name(owner.substr(colon + 1));
  const group* chosen = name.empty() ? nullptr : group_entry(name);
  if (chosen == nullptr) return fail(ErrorKind::not_installed, "there is no group \"" + name + "\" on this host");
  return account_from(*entry, chosen->gr_gid);
}

Account current_account() {
  // A container may run under a number that has no account. That is not an error: owner and mode still work.
  if (const passwd* entry = getpwuid(geteuid())) return account_from(*entry, getegid());
  return {.name = user_name(geteuid()), .uid = geteuid(), .gid = getegid(), .home = "/"};
}

std::string Account::owner() const { return name + ":" + group_name(gid); }

UserId current_user() { return geteuid(); }
GroupId current_group() { return getegid(); }

bool running_as_root() { return geteuid() == 0; }

std::vector<GroupId> groups_of(const Account& account) {
  int count = 64;
  std::vector<gid_t> groups(static_cast<std::size_t>(count));
  // If the room is too small, the call sets `count` to what it needs. Groups may change in between, so ask again.
  while (getgrouplist(account.name.c_str(), account.gid, groups.data(), &count) < 0) {
    groups.resize(static_cast<std::size_t>(count));
  }
  groups.resize(static_cast<std::size_t>(count));
  return {groups.begin(), groups.end()};
}

std::string user_name(UserId uid) {
  const passwd* entry = getpwuid(uid);
  return entry != nullptr ? entry->pw_name : std::to_string(uid);
}

std::string group_name(GroupId gid) {
  const group* entry = getgrgid(gid);
  return entry != nullptr ? entry->gr_name : std::to_string(gid);
}

}  // namespace platform
