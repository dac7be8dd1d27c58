// SPDX-License-Identifier: ISC
#include "tests/windows/selftest/kept.h"

#include <array>
#include <memory>
#include <utility>

#include "platform/accounts/windows/sddl.h"
#include "platform/accounts/windows/security_descriptor.h"
#include "platform/base/windows/system_error.h"
#include "platform/base/windows/text.h"
#include "platform/files/windows/directory.h"
#include "tests/windows/selftest/system.h"

namespace selftest {

namespace {

using platform::Path;
using platform::windows::narrow;
using platform::windows::reason_of;

constexpr SECURITY_INFORMATION owner_and_list = OWNER_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION;

struct FreeLocal {
  void operator()(void* memory) const { LocalFree(memory); }
};
using LocalMemory = std::unique_ptr<void, FreeLocal>;

struct Security {
  LocalMemory owner_of_all;  // which the list is in
  PACL list = nullptr;
};

std::wstring name_of(const Path& path) { return platform::windows::native_path(path).value_or(L""); }

DWORD read(const Path& path, Security& security) {
  PSECURITY_DESCRIPTOR descriptor = nullptr;
  std::wstring name = name_of(path);
  const DWORD code = GetNamedSecurityInfoW(name.data(), SE_FILE_OBJECT, owner_and_list, nullptr, nullptr,
                                           &security.list, nullptr, &descriptor);
  security.owner_of_all.reset(descriptor);
  return code;
}

bool is_own(PSID sid) {
  HANDLE opened = nullptr;
  if (OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &opened) == 0) return false;
  const platform::windows::Handle token(opened);
  std::array<std::byte, sizeof(TOKEN_USER) + SECURITY_MAX_SID_SIZE> facts{};
  DWORD size = facts.size();
  if (GetTokenInformation(token.get(), TokenUser, facts.data(), size, &size) == 0) return false;
  return EqualSid(sid, reinterpret_cast<const TOKEN_USER*>(facts.data())->User.Sid) != 0;
}

bool is_trusted(PSID sid) {
  return IsWellKnownSid(sid, WinLocalSystemSid) != 0 || IsWellKnownSid(sid, WinBuiltinAdministratorsSid) != 0 ||
         is_own(sid);
}

constexpr ACCESS_MASK reads = FILE_GENERIC_READ | FILE_GENERIC_EXECUTE;

// Whether every entry only allows something, and gives accounts that are not trusted no more than `others`.
bool allows_at_most(PACL list, ACCESS_MASK others) {
  // No list lets everyone do everything.
  if (list == nullptr) return false;
  for (DWORD index = 0; index < list->AceCount; ++index) {
    void* entry = nullptr;
    if (GetAce(list, index, &entry) == 0) return false;
    auto* const allowed = static_cast<ACCESS_ALLOWED_ACE*>(entry);
    // A kind of entry that this test does not know is not accepted, and neither is a denial.
    if (allowed->Header.AceType != ACCESS_ALLOWED_ACE_TYPE) return false;
    if (!is_trusted(&allowed->SidStart) && (others == 0 || (allowed->Mask & ~others) != 0)) return false;
  }
  return true;
}

std::string sddl_of(PSECURITY_DESCRIPTOR descriptor) {
  wchar_t* text = nullptr;
  if (ConvertSecurityDescriptorToStringSecurityDescriptorW(descriptor, SDDL_REVISION_1, owner_and_list, &text,
                                                           nullptr) == 0)
    return reason_of(GetLastError());
  const LocalMemory memory(text);
  return narrow(text);
}

std::optional<std::string> problem(DWORD code) {
  return code == ERROR_SUCCESS ? std::nullopt : std::optional(reason_of(code));
}

// Both point into the descriptor and live as long as it does.
std::pair<PSID, PACL> owner_and_list_in(PSECURITY_DESCRIPTOR descriptor) {
  PSID owner = nullptr;
  PACL list = nullptr;
  BOOL present = FALSE;
  BOOL by_default = FALSE;
  GetSecurityDescriptorOwner(descriptor, &owner, &by_default);
  GetSecurityDescriptorDacl(descriptor, &present, &list, &by_default);
  return {owner, list};
}

Kept kept_by(PSECURITY_DESCRIPTOR descriptor) {
  SECURITY_DESCRIPTOR_CONTROL control = 0;
  DWORD revision = 0;
  GetSecurityDescriptorControl(descriptor, &control, &revision);
  const auto [owner, list] = owner_and_list_in(descriptor);
  return {.right_owner = owner != nullptr && is_trusted(owner),
          .is_protected = (control & SE_DACL_PROTECTED) != 0,
          .nobody_elses = allows_at_most(list, 0),
          .only_read_by_others = allows_at_most(list, reads),
          .text = sddl_of(descriptor)};
}

Kept check_holder(Tally& tally, const std::string& name, const Path& path) {
  Kept kept = kept_of(path);
  tally.check_kept(name + " belongs to SYSTEM, Administrators or this account", kept.right_owner, kept.text);
  tally.check_kept(name + " inherits nothing", kept.is_protected, kept.text);
  return kept;
}

}  // namespace

Kept kept_of(const Path& path) {
  Security security;
  if (const DWORD code = read(path, security); code != ERROR_SUCCESS) return {.text = reason_of(code)};
  return kept_by(security.owner_of_all.get());
}

Kept kept_in(const std::wstring& sddl) {
  PSECURITY_DESCRIPTOR made = nullptr;
  if (ConvertStringSecurityDescriptorToSecurityDescriptorW(sddl.c_str(), SDDL_REVISION_1, &made, nullptr) == 0)
    return {.text = reason_of(GetLastError())};
  const LocalMemory memory(made);
  return kept_by(made);
}

void check_private(Tally& tally, const std::string& name, const Path& path) {
  const Kept kept = check_holder(tally, name, path);
  tally.check_kept(name + " is nobody else's", kept.nobody_elses, kept.text);
}

void check_public(Tally& tally, const std::string& name, const Path& path) {
  const Kept kept = check_holder(tally, name, path);
  tally.check_kept(name + " is changed by nobody else", kept.only_read_by_others, kept.text);
}

std::optional<std::string> let_everyone(Deed deed, const Path& path) {
  Security security;
  if (const DWORD code = read(path, security); code != ERROR_SUCCESS) return reason_of(code);
  std::array<std::byte, SECURITY_MAX_SID_SIZE> everyone{};
  DWORD size = everyone.size();
  if (CreateWellKnownSid(WinWorldSid, nullptr, everyone.data(), &size) == 0) return reason_of(GetLastError());
  EXPLICIT_ACCESS_W entry{};
  entry.grfAccessPermissions = deed == Deed::read ? FILE_GENERIC_READ : FILE_ALL_ACCESS;
  // Added to the list that is there, as the dialogue of Windows does.
  entry.grfAccessMode = SET_ACCESS;
  BuildTrusteeWithSidW(&entry.Trustee, everyone.data());
  PACL more = nullptr;
  if (const DWORD code = SetEntriesInAclW(1, &entry, security.list, &more); code != ERROR_SUCCESS)
    return reason_of(code);
  const LocalMemory memory(more);
  std::wstring name = name_of(path);
  return problem(
      SetNamedSecurityInfoW(name.data(), SE_FILE_OBJECT, DACL_SECURITY_INFORMATION, nullptr, nullptr, more, nullptr));
}

std::optional<std::string> set_access(const Path& path, const std::wstring& sddl) {
  PSECURITY_DESCRIPTOR made = nullptr;
  if (ConvertStringSecurityDescriptorToSecurityDescriptorW(sddl.c_str(), SDDL_REVISION_1, &made, nullptr) == 0)
    return reason_of(GetLastError());
  const LocalMemory memory(made);
  const auto [owner, list] = owner_and_list_in(made);
  std::wstring name = name_of(path);
  return problem(SetNamedSecurityInfoW(name.data(), SE_FILE_OBJECT,
                                       owner_and_list | PROTECTED_DACL_SECURITY_INFORMATION, owner, nullptr, list,
                                       nullptr));
}

std::string read_by_windows(std::string_view sddl) {
  const auto descriptor = platform::windows::parse_sddl(sddl);
  if (!descriptor) return "not understood";
  platform::Bytes bytes = platform::windows::encode(*descriptor);
  return sddl_of(bytes.data());
}

}  // namespace selftest
