// SPDX-License-Identifier: ISC
#include "platform/files/append_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "platform/base/posix/errno_error.h"
#include "platform/files/posix/directory.h"
#include "platform/files/posix/file_descriptor.h"

namespace platform {

namespace {

using posix::fail_errno;
using posix::FileDescriptor;

Result<void> write_all(int descriptor, BytesView bytes, const Path& path) {
  while (!bytes.empty()) {
    const ssize_t written = write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return fail_errno("cannot write", path);
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return {};
}

}  // namespace

Result<void> append_to_file(const Path& path, BytesView bytes) {
  const FileDescriptor directory = TRY(posix::open_directory_safely(path.parent_path(), posix::Purpose::look));
  FileDescriptor file(
      openat(directory.get(), path.filename().c_str(), O_WRONLY | O_APPEND | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (!file.valid()) return fail_errno("cannot open", path);
  struct stat status {};
  if (fstat(file.get(), &status) != 0) return fail_errno("cannot examine", path);
  // The directory belongs to an account that talks to strangers. A second name could lead to a file of somebody else.
  if (!S_ISREG(status.st_mode) || status.st_nlink != 1)
    return fail(ErrorKind::unsafe_file, path.string() + " is not a regular file with one name");
  TRY(write_all(file.get(), bytes, path));
  if (fdatasync(file.get()) != 0) return fail_errno("cannot sync", path);
  // Some file systems report a failed write only here.
  if (close(file.release()) != 0) return fail_errno("cannot close", path);
  return {};
}

}  // namespace platform
