// SPDX-License-Identifier: ISC
#include "platform/accounts/account.h"

#include <array>
#include <charconv>

#include "platform/accounts/windows/sid_lookup.h"
#include "platform/base/windows/system.h"
#include "platform/base/windows/text.h"

namespace platform {

namespace {

std::optional<UserId> number_in(std::string_view text) {
  UserId number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<windows::Sid> sid_named(std::string_view name) {
  if (const auto number = number_in(name)) return windows::sid_of(*number);
  return windows::find_sid(name);
}

Path home_of(const windows::Sid& sid) {
  // The profile list also knows the homes of accounts that are not logged on, services among them.
  const std::wstring key =
      L"SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\ProfileList\\" + windows::wide(windows::text_of(sid));
  std::array<wchar_t, 1024> home{};
  DWORD size = sizeof home;
  const auto status =
      RegGetValueW(HKEY_LOCAL_MACHINE, key.c_str(), L"ProfileImagePath", RRF_RT_REG_SZ, nullptr, home.data(), &size);
  return status == ERROR_SUCCESS ? Path(home.data()) : Path();
}

// Windows accounts have no private group. The account's own number stands for it, so that the group's rights are the
// account's, and owner() leaves the group out.
Account account_from(const windows::Sid& sid) {
  const UserId number = windows::number_of(sid);
  return {.name = user_name(number), .uid = number, .gid = number, .home = home_of(sid)};
}

}  // namespace

Result<Account> find_account(std::string_view owner) {
  const auto colon = owner.find(':');
  const std::string user(owner.substr(0, colon));
  const auto sid = user.empty() ? std::nullopt : sid_named(user);
  // As on other systems: the service's account comes with Ops Manager.
  if (!sid) return fail(ErrorKind::not_installed, "there is no account \"" + user + "\" on this host");
  Account account = account_from(*sid);
  if (colon == std::string_view::npos) return account;

  const std::string name(owner.substr(colon + 1));
  const auto group = name.empty() ? std::nullopt : sid_named(name);
  if (!group) return fail(ErrorKind::not_installed, "there is no group \"" + name + "\" on this host");
  account.gid = windows::number_of(*group);
  return account;
}

// An administrator counts as root, because what it creates belongs to Administrators.
Account current_account() {
  Account account = account_from(windows::own_sid());
  if (!running_as_root()) return account;
  account.uid = 0;
  account.gid = 0;
  account.name = user_name(0);
  return account;
}

std::string Account::owner() const { return gid == uid ? name : name + ":" + group_name(gid); }

UserId current_user() { return running_as_root() ? 0 : windows::number_of(windows::own_sid()); }
GroupId current_group() { return current_user(); }

bool running_as_root() {
  Bytes administrators = windows::encode(windows::administrators_sid());
  // A null token asks for the token in use. Without elevation the group is in it only for denials, and the answer is
  // false.
  BOOL member = FALSE;
  return CheckTokenMembership(nullptr, administrators.data(), &member) != 0 && member != FALSE;
}

std::vector<GroupId> groups_of(const Account& account) {
  std::vector<GroupId> numbers;
  for (const windows::Sid& sid : windows::groups_of(windows::sid_of(account.uid))) {
    numbers.push_back(windows::number_of(sid));
  }
  return numbers;
}

// 0 stands for SYSTEM and Administrators together: a file's user is shown as SYSTEM, its group as Administrators.
std::string user_name(UserId uid) { return uid == 0 ? "SYSTEM" : windows::name_of(windows::sid_of(uid)); }
std::string group_name(GroupId gid) { return gid == 0 ? "Administrators" : windows::name_of(windows::sid_of(gid)); }

}  // namespace platform
