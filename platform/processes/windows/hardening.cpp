// SPDX-License-Identifier: ISC
#include "platform/processes/hardening.h"

#include <array>
#include <vector>

#include <sodium.h>

#include "platform/accounts/windows/access.h"
#include "platform/accounts/windows/object_security.h"
#include "platform/accounts/windows/sid_lookup.h"
#include "platform/base/windows/handle.h"
#include "platform/base/windows/system.h"
#include "platform/base/windows/system_error.h"

namespace platform {

namespace {

using windows::Handle;

constexpr std::size_t probe_size = 64 * std::size_t{1024};
constexpr std::size_t room_for_secrets = 8 * std::size_t{1024} * 1024;  // beyond what a process may lock by default

LONG WINAPI end_at_once(EXCEPTION_POINTERS* why) {
  TerminateProcess(GetCurrentProcess(), why->ExceptionRecord->ExceptionCode);
  return EXCEPTION_EXECUTE_HANDLER;
}

// Declared in werapi.h, which in mingw-w64 is not valid C++.
template <class Function>
Function* function_of(const wchar_t* library, const char* name) {
  const HMODULE module = LoadLibraryExW(library, nullptr, LOAD_LIBRARY_SEARCH_SYSTEM32);
  if (module == nullptr) return nullptr;
  return reinterpret_cast<Function*>(reinterpret_cast<void*>(GetProcAddress(module, name)));
}
using SetFlags = HRESULT WINAPI(DWORD flags);
using AddExcludedApplication = HRESULT WINAPI(const wchar_t* name, BOOL all_users);
constexpr DWORD report_without_heap = 1;

// A crash report contains this memory, so none is written, shown or sent. There is no dialogue either, which a service
// would wait at for ever.
void deny_crash_dumps() {
  SetErrorMode(SEM_FAILCRITICALERRORS | SEM_NOGPFAULTERRORBOX | SEM_NOOPENFILEERRORBOX);
  SetUnhandledExceptionFilter(end_at_once);
  if (auto* set_flags = function_of<SetFlags>(L"kernel32.dll", "WerSetFlags")) set_flags(report_without_heap);
  std::array<wchar_t, MAX_PATH> name{};
  const DWORD size = GetModuleFileNameW(nullptr, name.data(), name.size());
  const wchar_t* last = size == 0 || size == name.size() ? nullptr : wcsrchr(name.data(), L'\\');
  auto* exclude = function_of<AddExcludedApplication>(L"wer.dll", "WerAddExcludedApplication");
  if (last != nullptr && exclude != nullptr) exclude(last + 1, FALSE);
}

// Processes of the same user may query and end this process and nothing else; SYSTEM may do everything. An
// administrator who uses the right to debug is not stopped, as root is not elsewhere.
Result<void> deny_inspection() {
  constexpr DWORD harmless = PROCESS_QUERY_LIMITED_INFORMATION | PROCESS_TERMINATE | SYNCHRONIZE | READ_CONTROL;
  windows::SecurityDescriptor descriptor{.is_protected = true, .entries = windows::Entries()};
  descriptor.entries->push_back({.mask = PROCESS_ALL_ACCESS, .sid = windows::system_sid()});
  descriptor.entries->push_back({.mask = harmless, .sid = windows::administrators_sid()});
  descriptor.entries->push_back({.mask = harmless, .sid = windows::own_sid()});
  // Without this entry the owner could give himself the other rights.
  descriptor.entries->push_back({.mask = READ_CONTROL, .sid = windows::owner_rights_sid()});
  Bytes bytes = windows::encode(descriptor);
  constexpr SECURITY_INFORMATION list = DACL_SECURITY_INFORMATION | PROTECTED_DACL_SECURITY_INFORMATION;
  if (SetKernelObjectSecurity(GetCurrentProcess(), list, bytes.data()) != 0) return {};
  return windows::fail_code("cannot keep other processes from reading this one's memory");
}

// Libraries come only from the system's own directory. A library planted in the current directory or the PATH would run
// with our rights.
void load_from_the_system_only() {
  SetDefaultDllDirectories(LOAD_LIBRARY_SEARCH_SYSTEM32);
  SetDllDirectoryW(L"");
}

// The working set limits how much memory a process may lock, and the default is small.
void make_room_for_secrets() {
  SIZE_T least = 0;
  SIZE_T most = 0;
  if (GetProcessWorkingSetSize(GetCurrentProcess(), &least, &most) == 0) return;
  SetProcessWorkingSetSize(GetCurrentProcess(), least + room_for_secrets, most + 2 * room_for_secrets);
}

Result<std::vector<std::byte>> privileges_of(HANDLE token) {
  DWORD size = 0;
  GetTokenInformation(token, TokenPrivileges, nullptr, 0, &size);
  std::vector<std::byte> facts(size);
  if (size == 0 || GetTokenInformation(token, TokenPrivileges, facts.data(), size, &size) == 0)
    return windows::fail_code("cannot read this process' privileges");
  return facts;
}

// Removed, not disabled, because a removed privilege never comes back. Without the privilege to pass through
// directories nothing could be opened.
Result<void> drop_privileges() {
  HANDLE opened = nullptr;
  if (OpenProcessToken(GetCurrentProcess(), TOKEN_ADJUST_PRIVILEGES | TOKEN_QUERY, &opened) == 0)
    return windows::fail_code("cannot open this process' token");
  const Handle token(opened);
  auto facts = TRY(privileges_of(token.get()));
  LUID passing{};
  LookupPrivilegeValueW(nullptr, SE_CHANGE_NOTIFY_NAME, &passing);
  auto* all = reinterpret_cast<TOKEN_PRIVILEGES*>(facts.data());
  for (LUID_AND_ATTRIBUTES* at = all->Privileges; at != all->Privileges + all->PrivilegeCount; ++at) {
    const bool is_passing = at->Luid.LowPart == passing.LowPart && at->Luid.HighPart == passing.HighPart;
    at->Attributes = is_passing ? SE_PRIVILEGE_ENABLED : SE_PRIVILEGE_REMOVED;
  }
  const bool done = AdjustTokenPrivileges(token.get(), FALSE, all, 0, nullptr, nullptr) != 0;
  // The call also succeeds when it removed only some of them.
  if (!done || GetLastError() != ERROR_SUCCESS) return windows::fail_code("cannot give up privileges");
  return {};
}

}  // namespace

Result<void> harden_process() {
  if (sodium_init() < 0) return fail(ErrorKind::internal, "libsodium does not start");
  load_from_the_system_only();
  deny_crash_dumps();
  make_room_for_secrets();
  return deny_inspection();
}

bool can_lock_memory() {
  void* memory = VirtualAlloc(nullptr, probe_size, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
  if (memory == nullptr) return false;
  const bool locked = VirtualLock(memory, probe_size) != 0;
  VirtualFree(memory, 0, MEM_RELEASE);
  return locked;
}

Result<void> bound_memory(std::size_t /*bytes*/) { return {}; }

Result<void> become(const Account&, std::span<const GroupId> /*groups*/) { return drop_privileges(); }

}  // namespace platform
