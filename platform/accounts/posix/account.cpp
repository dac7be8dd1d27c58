// SPDX-License-Identifier: ISC
#include "platform/accounts/account.h"

#include <cerrno>
#include <charconv>
#include <cstring>
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

// Both look-ups give null for an absent entry and for a failure, and only errno tells which. These values mean an
// absent entry (getpwnam(3)); a directory service that does not answer gives another one.
bool was_looked_up(int error) {
  return error == 0 || error == ENOENT || error == ESRCH || error == EBADF || error == EPERM;
}

// An entry, null where there is none, or a failure. The entries are static memory, valid until the next call. The
// program has one thread.
template <class Look>
auto entry_by(Look look, const char* what, const std::string& name) -> Result<decltype(look())> {
  errno = 0;
  auto entry = look();
  if (entry != nullptr || was_looked_up(errno)) return entry;
  return fail(ErrorKind::io, std::string("cannot look up the ") + what + " \"" + name + "\": " + std::strerror(errno));
}

// A name of digits is looked up as a name first, as chown(1) does. POSIX allows such names.
Result<const passwd*> user_entry(const std::string& user) {
  const passwd* entry = TRY(entry_by([&] { return getpwnam(user.c_str()); }, "account", user));
  const auto uid = number_in(user);
  if (entry != nullptr || !uid) return entry;
  return TRY(entry_by([&] { return getpwuid(*uid); }, "account", user));
}

Result<const group*> group_entry(const std::string& name) {
  const group* entry = TRY(entry_by([&] { return getgrnam(name.c_str()); }, "group", name));
  const auto gid = number_in(name);
  if (entry != nullptr || !gid) return entry;
  return TRY(entry_by([&] { return getgrgid(*gid); }, "group", name));
}

Account account_from(const passwd& entry, GroupId gid) {
  return {.name = entry.pw_name, .uid = entry.pw_uid, .gid = gid, .home = entry.pw_dir};
}

}  // namespace

Result<Account> find_account(std::string_view owner) {
  const auto colon = owner.find(':');
  const std::string user(owner.substr(0, colon));
  const passwd* entry = user.empty() ? nullptr : TRY(user_entry(user));
  // The account comes with Ops Manager's package, so an absent account means that the package is not there yet.
  if (entry == nullptr) return fail(ErrorKind::not_installed, "there is no account \"" + user + "\" on this host");
  Account account = account_from(*entry, entry->pw_gid);
  if (colon == std::string_view::npos) return account;

  const std::string name(owner.substr(colon + 1));
  const group* chosen = name.empty() ? nullptr : TRY(group_entry(name));
  if (chosen == nullptr) return fail(ErrorKind::not_installed, "there is no group \"" + name + "\" on this host");
  account.gid = chosen->gr_gid;
  return account;
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
