// SPDX-License-Identifier: ISC
#include "platform/files/lock.h"

#include <thread>

#include "platform/accounts/windows/access.h"
#include "platform/accounts/windows/object_security.h"
#include "platform/accounts/windows/sid_lookup.h"
#include "platform/base/windows/system_error.h"
#include "platform/files/windows/directory.h"

namespace platform {

struct FileLock::Held {
  windows::Handle handle;
};

FileLock::FileLock(std::unique_ptr<Held> held) : held_(std::move(held)) {}
FileLock::FileLock(FileLock&&) noexcept = default;
FileLock& FileLock::operator=(FileLock&&) noexcept = default;
FileLock::~FileLock() = default;

Result<FileLock> FileLock::acquire(const Path& path, std::chrono::milliseconds patience) {
  const Path plain = TRY(windows::plain_path(path));
  const windows::HeldPath way = TRY(windows::hold_directory(plain.parent_path()));
  const std::wstring name = TRY(windows::native_path(plain));
  const UserId self = current_user();
  // Access from the first moment on: a stranger who can open the file could hold the lock.
  windows::SecurityAttributes attributes(windows::descriptor_for({.user = windows::sid_of(self),
                                                                  .group = windows::sid_of(self),
                                                                  .mode = 0600,
                                                                  .holder = windows::holder_of_new_files()}));
  // Shares everything, so that a second process can open the file and wait for the lock.
  constexpr DWORD share = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE;
  auto held = std::make_unique<Held>();
  held->handle = windows::Handle(CreateFileW(name.c_str(), GENERIC_READ | GENERIC_WRITE, share, attributes.get(),
                                             OPEN_ALWAYS, FILE_FLAG_OPEN_REPARSE_POINT, nullptr));
  if (!held->handle.valid()) return windows::fail_held("cannot open the lock", path, GetLastError());
  return wait_for(std::move(held), path, patience);
}

// Windows locks only files, so the directory gets one.
Result<FileLock> FileLock::acquire_directory(const Path& path, std::chrono::milliseconds patience) {
  return acquire(path / ".genkey-agent-lock", patience);
}

Result<FileLock> FileLock::wait_for(std::unique_ptr<Held> held, const Path& path, std::chrono::milliseconds patience) {
  using Clock = std::chrono::steady_clock;
  constexpr std::chrono::milliseconds pause{20};
  // Polled, because LockFileEx has no time limit.
  const auto deadline = Clock::now() + patience;
  for (;;) {
    OVERLAPPED at{};
    constexpr DWORD flags = LOCKFILE_EXCLUSIVE_LOCK | LOCKFILE_FAIL_IMMEDIATELY;
    if (LockFileEx(held->handle.get(), flags, 0, 1, 0, &at) != 0) return FileLock(std::move(held));
    const DWORD code = GetLastError();
    // Either code means that another process holds the lock.
    if (code != ERROR_LOCK_VIOLATION && code != ERROR_IO_PENDING) return windows::fail_code("cannot lock", path, code);
    if (Clock::now() >= deadline) return fail(ErrorKind::busy, "another genkey-agent holds " + path.string());
    std::this_thread::sleep_for(pause);
  }
}

}  // namespace platform
