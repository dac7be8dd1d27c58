// SPDX-License-Identifier: ISC
// A lock that lets one genkey-agent at a time change what belongs to a host.
#pragma once

#include <chrono>
#include <memory>

#include "platform/base/path.h"
#include "platform/base/result.h"

namespace platform {

/// Held until the object is destroyed. The operating system drops it when the process ends, however it ends.
class FileLock {
 public:
  /// busy when another process still holds the lock after `patience`. The file is created with mode 0600 and is never
  /// removed: removing it would let two processes lock two files of one name.
  static Result<FileLock> acquire(const Path& path, std::chrono::milliseconds patience);
  /// The same with an existing directory; nothing is created in it. On Windows, where only files can be locked, the
  /// file .genkey-agent-lock in it is locked. Strangers must not be able to open the directory, because whoever can
  /// open it can hold the lock.
  static Result<FileLock> acquire_directory(const Path& path, std::chrono::milliseconds patience);
  FileLock(FileLock&&) noexcept;
  FileLock& operator=(FileLock&&) noexcept;
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;
  ~FileLock();

 private:
  struct Held;
  explicit FileLock(std::unique_ptr<Held> held);
  static Result<FileLock> wait_for(std::unique_ptr<Held> held, const Path& path, std::chrono::milliseconds patience);
  std::unique_ptr<Held> held_;
};

}  // namespace platform
