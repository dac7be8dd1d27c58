// SPDX-License-Identifier: ISC
#include "platform/accounts/windows/object_security.h"

#include "platform/accounts/windows/sddl.h"
#include "platform/base/windows/handle.h"
#include "platform/base/windows/system_error.h"

namespace platform::windows {

namespace {

constexpr SECURITY_INFORMATION owner_and_list = OWNER_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION;

std::string text_of(const SecurityDescriptor& descriptor) {
  return sddl_of(descriptor).value_or("an access list with unusual entries");
}

}  // namespace

// Only wine's ntdll.dll exports this function.
bool is_wine() { return GetProcAddress(GetModuleHandleW(L"ntdll.dll"), "wine_get_version") != nullptr; }

Result<SecurityDescriptor> descriptor_of(HANDLE object, const Path& path) {
  DWORD needed = 0;
  GetKernelObjectSecurity(object, owner_and_list, nullptr, 0, &needed);
  Bytes bytes(needed);
  // The first call only asks for the size.
  if (needed == 0 || GetKernelObjectSecurity(object, owner_and_list, bytes.data(), needed, &needed) == 0)
    return fail_code("cannot read the access list of", path);
  // A list that cannot be decoded is an error and never an empty list, which would look private.
  auto descriptor = decode_descriptor(bytes);
  if (!descriptor) return fail(ErrorKind::io, "the access list of " + path.string() + " is damaged");
  return std::move(*descriptor);
}

Result<void> set_descriptor(HANDLE object, const Path& path, const SecurityDescriptor& descriptor, bool with_owner) {
  if (with_owner) {
    // Windows lets only holders of these privileges set an owner other than themselves. Administrators hold them,
    // switched off.
    enable_privilege(SE_RESTORE_NAME);
    enable_privilege(SE_TAKE_OWNERSHIP_NAME);
    // The owner first, in a call of its own: a stranger who owns the file could change the list again.
    SecurityDescriptor owner_only{.owner = descriptor.owner};
    Bytes bytes = encode(owner_only);
    if (SetKernelObjectSecurity(object, OWNER_SECURITY_INFORMATION, bytes.data()) == 0)
      return fail_code("cannot set the owner of", path);
  }
  Bytes bytes = encode(descriptor);
  // PROTECTED: otherwise entries of the directory above flow in again, and strangers with them.
  constexpr SECURITY_INFORMATION list = DACL_SECURITY_INFORMATION | PROTECTED_DACL_SECURITY_INFORMATION;
  if (SetKernelObjectSecurity(object, list, bytes.data()) == 0) return fail_code("cannot set the access list of", path);
  return {};
}

Result<void> check_kept(HANDLE object, const Path& path, const SecurityDescriptor& wanted) {
  if (is_wine()) return {};
  const SecurityDescriptor kept = TRY(descriptor_of(object, path));
  if (same_access(kept, wanted)) return {};
  return fail(ErrorKind::io, "the file system did not keep the access list of " + path.string() + ": expected " +
                                 text_of(wanted) + ", found " + text_of(kept));
}

SecurityAttributes::SecurityAttributes(const SecurityDescriptor& descriptor) : bytes_(encode(descriptor)) {
  attributes_ = {.nLength = sizeof attributes_, .lpSecurityDescriptor = bytes_.data(), .bInheritHandle = FALSE};
}

bool enable_privilege(const wchar_t* name) {
  HANDLE token = nullptr;
  if (OpenProcessToken(GetCurrentProcess(), TOKEN_ADJUST_PRIVILEGES | TOKEN_QUERY, &token) == 0) return false;
  const Handle owner(token);
  TOKEN_PRIVILEGES wanted{};
  wanted.PrivilegeCount = 1;
  wanted.Privileges[0].Attributes = SE_PRIVILEGE_ENABLED;
  if (LookupPrivilegeValueW(nullptr, name, &wanted.Privileges[0].Luid) == 0) return false;
  // AdjustTokenPrivileges answers success also for a privilege that the process does not hold. Only the last error
  // tells.
  return AdjustTokenPrivileges(token, FALSE, &wanted, 0, nullptr, nullptr) != 0 && GetLastError() == ERROR_SUCCESS;
}

}  // namespace platform::windows
