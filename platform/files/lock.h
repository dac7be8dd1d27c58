// One genkey-agent at a time.
#pragma once

#include <chrono>
#include <memory>

#include "platform/base/path.h"
#include "platform/base/result.h"

namespace platform {

/// Held until it goes; the operating system drops it with the process.
class FileLock {
 public:
  /// busy when another process still holds it after `patience`. The file is created 0600 and stays.
  static Result<FileLock> acquire(const Path& path, std::chrono::milliseconds patience);
  /// The same with a directory that is there already, for which nothing is created in it (but on Windows, where only
  /// files can be locked, .genkey-agent-lock). Only for one that strangers
  /// cannot open: whoever can may hold the lock.
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
