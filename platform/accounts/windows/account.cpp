#include <algorithm>
#include <array>
#include <charconv>

#include "platform/accounts/windows/accounts.h"
#include "platform/base/windows/handle.h"
#include "platform/base/windows/system.h"
#include "platform/base/windows/text.h"

namespace platform {

namespace windows {

namespace {

// Only ever grows; numbers are given out from 1.
std::vector<Sid>& met() {
  static std::vector<Sid> sids;
  return sids;
}

Bytes token_facts(TOKEN_INFORMATION_CLASS wanted) {
  HANDLE token = nullptr;
  if (OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token) == 0) return {};
  const Handle owner(token);
  DWORD size = 0;
  GetTokenInformation(token, wanted, nullptr, 0, &size);
  Bytes facts(size);
  if (size == 0 || GetTokenInformation(token, wanted, facts.data(), size, &size) == 0) return {};
  return facts;
}

Sid copy_of(PSID sid) {
  const auto size = static_cast<std::size_t>(GetLengthSid(sid));
  return decode_sid({static_cast<const std::byte*>(sid), size}).value_or(Sid());
}

std::optional<std::string> looked_up(const Sid& sid) {
  Bytes bytes = encode(sid);
  std::array<wchar_t, 512> name{};
  std::array<wchar_t, 512> domain{};
  DWORD name_size = name.size();
  DWORD domain_size = domain.size();
  SID_NAME_USE use{};
  if (LookupAccountSidW(nullptr, bytes.data(), name.data(), &name_size, domain.data(), &domain_size, &use) == 0)
    return std::nullopt;
  const std::string prefix = narrow({domain.data(), domain_size});
  return (prefix.empty() ? "" : prefix + "\\") + narrow({name.data(), name_size});
}

// ".\name" is this host's own, which the call wants without the dot; services also say "LocalSystem".
std::wstring lookup_name(std::string_view name) {
  if (name == "LocalSystem" || name == "SYSTEM") return L"NT AUTHORITY\\SYSTEM";
  return wide(name.starts_with(".\\") ? name.substr(2) : name);
}

void add_unless_there(std::vector<Sid>& sids, const Sid& sid) {
  if (std::ranges::find(sids, sid) == sids.end()) sids.push_back(sid);
}

void add_local_groups(std::vector<Sid>& sids, const std::string& account) {
  BYTE* buffer = nullptr;
  DWORD count = 0;
  DWORD total = 0;
  const auto status = NetUserGetLocalGroups(nullptr, wide(account).c_str(), 0, LG_INCLUDE_INDIRECT, &buffer,
                                            MAX_PREFERRED_LENGTH, &count, &total);
  if (status != NERR_Success || buffer == nullptr) return;
  const auto* groups = reinterpret_cast<const LOCALGROUP_USERS_INFO_0*>(buffer);
  for (DWORD index = 0; index < count; ++index) {
    if (const auto sid = find_sid(narrow(groups[index].lgrui0_name))) add_unless_there(sids, *sid);
  }
  NetApiBufferFree(buffer);
}

}  // namespace

UserId number_of(const Sid& sid) {
  if (is_administrative(sid)) return 0;
  const auto known = std::ranges::find(met(), sid);
  const auto place = known - met().begin();
  if (known == met().end()) met().push_back(sid);
  return static_cast<UserId>(place + 1);
}

Sid sid_of(UserId number) {
  if (number == 0 || number > met().size()) return administrators_sid();
  return met()[number - 1];
}

std::string name_of(const Sid& sid) { return looked_up(sid).value_or(text_of(sid)); }

std::optional<Sid> find_sid(std::string_view name) {
  if (name.starts_with("S-1-")) return parse_sid(name);
  std::array<std::byte, SECURITY_MAX_SID_SIZE> sid{};
  std::array<wchar_t, 512> domain{};
  DWORD sid_size = sid.size();
  DWORD domain_size = domain.size();
  SID_NAME_USE use{};
  const std::wstring wanted = lookup_name(name);
  if (LookupAccountNameW(nullptr, wanted.c_str(), sid.data(), &sid_size, domain.data(), &domain_size, &use) == 0)
    return std::nullopt;
  return decode_sid(sid);
}

Sid own_sid() {
  const Bytes facts = token_facts(TokenUser);
  return facts.empty() ? everyone_sid() : copy_of(reinterpret_cast<const TOKEN_USER*>(facts.data())->User.Sid);
}

std::vector<Sid> own_groups() {
  const Bytes facts = token_facts(TokenGroups);
  std::vector<Sid> groups;
  if (facts.empty()) return groups;
  const auto* all = reinterpret_cast<const TOKEN_GROUPS*>(facts.data());
  for (DWORD index = 0; index < all->GroupCount; ++index) {
    const SID_AND_ATTRIBUTES& group = all->Groups[index];
    const bool counts =
        (group.Attributes & SE_GROUP_ENABLED) != 0 && (group.Attributes & SE_GROUP_USE_FOR_DENY_ONLY) == 0;
    if (counts) groups.push_back(copy_of(group.Sid));
  }
  return groups;
}

std::vector<Sid> groups_of(const Sid& account) {
  std::vector<Sid> sids = {account, everyone_sid(), authenticated_users_sid()};
  if (is_administrative(account)) add_unless_there(sids, administrators_sid());
  if (account == system_sid()) return sids;
  // Services and local accounts are in Users; an account that is not would be rare, and is better judged too open.
  add_unless_there(sids, users_sid());
  add_local_groups(sids, name_of(account));
  return sids;
}

Sid holder_of_new_files() { return running_as_root() ? administrators_sid() : own_sid(); }

}  // namespace windows

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
  const std::wstring key =
      L"SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\ProfileList\\" + windows::wide(windows::text_of(sid));
  std::array<wchar_t, 1024> home{};
  DWORD size = sizeof home;
  const auto status =
      RegGetValueW(HKEY_LOCAL_MACHINE, key.c_str(), L"ProfileImagePath", RRF_RT_REG_SZ, nullptr, home.data(), &size);
  return status == ERROR_SUCCESS ? Path(home.data()) : Path();
}

// Nobody is in a group of his own here: its number is his, so that what a group may, he may, and it has no name.
Account account_from(const windows::Sid& sid) {
  const UserId number = windows::number_of(sid);
  return {.name = user_name(number), .uid = number, .gid = number, .home = home_of(sid)};
}

}  // namespace

Result<Account> find_account(std::string_view owner) {
  const auto colon = owner.find(':');
  const std::string user(owner.substr(0, colon));
  const auto sid = user.empty() ? std::nullopt : sid_named(user);
  if (!sid) return fail(ErrorKind::not_installed, "there is no account \"" + user + "\" on this host");
  Account account = account_from(*sid);
  if (colon == std::string_view::npos) return account;

  const std::string name(owner.substr(colon + 1));
  const auto group = name.empty() ? std::nullopt : sid_named(name);
  if (!group) return fail(ErrorKind::not_installed, "there is no group \"" + name + "\" on this host");
  account.gid = windows::number_of(*group);
  return account;
}

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

std::string user_name(UserId uid) { return uid == 0 ? "SYSTEM" : windows::name_of(windows::sid_of(uid)); }
std::string group_name(GroupId gid) { return gid == 0 ? "Administrators" : windows::name_of(windows::sid_of(gid)); }

}  // namespace platform
