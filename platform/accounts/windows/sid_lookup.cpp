// SPDX-License-Identifier: ISC
#include "platform/accounts/windows/sid_lookup.h"

#include <algorithm>
#include <array>

#include "platform/base/windows/handle.h"
#include "platform/base/windows/system.h"
#include "platform/base/windows/text.h"

namespace platform::windows {

namespace {

// Only ever grows, because numbers that were given out must keep their meaning. They begin at 1.
std::vector<Sid>& met() {
  static std::vector<Sid> sids;
  return sids;
}

Bytes token_facts(TOKEN_INFORMATION_CLASS wanted) {
  HANDLE token = nullptr;
  if (OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token) == 0) return {};
  const Handle owner(token);
  DWORD size = 0;
  // The first call only asks for the size.
  GetTokenInformation(token, wanted, nullptr, 0, &size);
  Bytes facts(size);
  if (size == 0 || GetTokenInformation(token, wanted, facts.data(), size, &size) == 0) return {};
  return facts;
}

Sid copy_of(PSID sid) {
  const auto size = static_cast<std::size_t>(GetLengthSid(sid));
  return decode_sid({static_cast<const std::byte*>(sid), size}).value_or(Sid());
}

// A deleted account, or an account of a domain that cannot be reached, has a SID but no name.
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

// ".\name" is an account of this host, which LookupAccountNameW wants without the prefix. The service manager says
// "LocalSystem" where the system says "SYSTEM".
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
  // INDIRECT: a right of the service may come from a group inside a local group.
  const auto status = NetUserGetLocalGroups(nullptr, wide(account).c_str(), 0, LG_INCLUDE_INDIRECT, &buffer,
                                            MAX_PREFERRED_LENGTH, &count, &total);
  // A domain controller that does not answer leaves the groups out. The audit then reports too much rather than too
  // little.
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
  const auto index = known - met().begin();
  if (known == met().end()) met().push_back(sid);
  return static_cast<UserId>(index + 1);
}

Sid sid_of(UserId number) {
  if (number == 0 || number > met().size()) return administrators_sid();
  return met()[number - 1];
}

std::string name_of(const Sid& sid) { return looked_up(sid).value_or(text_of(sid)); }

std::optional<Sid> find_sid(std::string_view name) {
  // The name of an account whose domain is not reachable cannot be looked up, but its SID still works.
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
    // A group for denials only gives no rights: Administrators without elevation, for example.
    const bool counts =
        (group.Attributes & SE_GROUP_ENABLED) != 0 && (group.Attributes & SE_GROUP_USE_FOR_DENY_ONLY) == 0;
    if (counts) groups.push_back(copy_of(group.Sid));
  }
  return groups;
}

std::vector<Sid> groups_of(const Sid& account) {
  // Every account that has logged on is in Everyone and Authenticated Users, and no call lists those.
  std::vector<Sid> sids = {account, everyone_sid(), authenticated_users_sid()};
  // SYSTEM acts as an administrator, but the calls below list no groups for it, and the audit asks for SYSTEM too.
  if (is_administrative(account)) add_unless_there(sids, administrators_sid());
  if (account == system_sid()) return sids;
  // Services and local accounts are in Users. If an account is not, counting it in makes the audit report a file as too
  // open; leaving it out could hide that.
  add_unless_there(sids, users_sid());
  add_local_groups(sids, name_of(account));
  return sids;
}

Sid holder_of_new_files() { return running_as_root() ? administrators_sid() : own_sid(); }

}  // namespace platform::windows
