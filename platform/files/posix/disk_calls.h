// SPDX-License-Identifier: ISC
// Every call by which this program changes a file system, in one interface. Tests put a disk here that fails or loses
// power at the nth call. Results are those of the system calls, with -errno for failures.
#pragma once

#include <cstddef>
#include <sys/types.h>

#include "platform/base/path.h"
#include "platform/files/file.h"

namespace platform {

class DiskCalls {
 public:
  DiskCalls() = default;
  DiskCalls(const DiskCalls&) = delete;
  DiskCalls& operator=(const DiskCalls&) = delete;
  virtual ~DiskCalls() = default;

  /// Opens as open_directory_safely() does.
  virtual Result<int> open_directory(const Path& path) = 0;
  /// A file without a name, or -EOPNOTSUPP where the file system has no such files.
  virtual int open_unnamed(int directory) = 0;
  /// -EEXIST when the name is taken, also by a link.
  virtual int create(int directory, const char* name) = 0;
  virtual int facts(int directory, const char* name, FileFacts& facts) = 0;
  virtual ssize_t write(int file, const std::byte* data, std::size_t size) = 0;
  virtual int change_owner(int file, UserId uid, GroupId gid) = 0;
  virtual int change_mode(int file, std::uint32_t mode) = 0;
  virtual int sync(int file_or_directory) = 0;
  /// Gives a name to an open file without one. -EEXIST when the name is taken.
  virtual int link_unnamed(int file, int directory, const char* name) = 0;
  virtual int link(int directory, const char* from, const char* to) = 0;
  /// Never replaces. -EEXIST when the name is taken, -EOPNOTSUPP where the file system cannot promise that.
  virtual int rename_new(int directory, const char* from, const char* to) = 0;
  virtual int rename(int directory, const char* from, const char* to) = 0;
  virtual int unlink(int directory, const char* name) = 0;
  virtual int close(int file_or_directory) = 0;
};

namespace posix {
DiskCalls& system_calls();
}

}  // namespace platform
