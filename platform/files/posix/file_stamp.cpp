// SPDX-License-Identifier: ISC
#include "platform/files/file_stamp.h"

#include <sys/stat.h>

#include "platform/base/posix/errno_error.h"

namespace platform {

namespace {

std::string digits(const timespec& time) { return std::to_string(time.tv_sec) + "." + std::to_string(time.tv_nsec); }

}  // namespace

Result<std::string> stamp_of(const Path& path) {
  struct stat status {};
  if (lstat(path.c_str(), &status) != 0) return posix::fail_errno("cannot examine", path);
  // Only the kernel sets the change time, so a write that restores size and modification time still shows. cp -p, rsync
  // and tar restore the modification time.
  return std::to_string(status.st_dev) + " " + std::to_string(status.st_ino) + " " + std::to_string(status.st_size) +
         " " + digits(status.st_mtim) + " " + digits(status.st_ctim);
}

}  // namespace platform
