// SPDX-License-Identifier: ISC
#include "platform/files/lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <thread>

#include "platform/base/posix/errno_error.h"
#include "platform/files/posix/directory.h"
#include "platform/files/posix/file_descriptor.h"

namespace platform {

struct FileLock::Held {
  posix::FileDescriptor descriptor;
};

FileLock::FileLock(std::unique_ptr<Held> held) : held_(std::move(held)) {}
FileLock::FileLock(FileLock&&) noexcept = default;
FileLock& FileLock::operator=(FileLock&&) noexcept = default;
FileLock::~FileLock() = default;

Result<FileLock> FileLock::acquire(const Path& path, std::chrono::milliseconds patience) {
  const posix::FileDescriptor directory = TRY(posix::open_directory_safely(path.parent_path()));
  auto held = std::make_unique<Held>();
  // O_NOFOLLOW and O_NONBLOCK: a planted link or FIFO under the lock's name must neither lead elsewhere nor block.
  held->descriptor = posix::FileDescriptor(
      openat(directory.get(), path.filename().c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600));
  if (!held->descriptor.valid()) return posix::fail_errno("cannot open the lock", path);
  return wait_for(std::move(held), path, patience);
}

Result<FileLock> FileLock::acquire_directory(const Path& path, std::chrono::milliseconds patience) {
  auto held = std::make_unique<Held>();
  held->descriptor = TRY(posix::open_directory_safely(path));
  return wait_for(std::move(held), path, patience);
}

Result<FileLock> FileLock::wait_for(std::unique_ptr<Held> held, const Path& path, std::chrono::milliseconds patience) {
  using Clock = std::chrono::steady_clock;
  constexpr std::chrono::milliseconds pause{20};
  // The steady clock: setting the system's clock must not end the wait or make it last for ever.
  const auto deadline = Clock::now() + patience;
  // Polled, because flock(2) cannot wait for a limited time.
  while (flock(held->descriptor.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR) return posix::fail_errno("cannot lock", path);
    if (Clock::now() >= deadline) return fail(ErrorKind::busy, "another genkey-agent holds " + path.string());
    std::this_thread::sleep_for(pause);
  }
  return FileLock(std::move(held));
}

}  // namespace platform
