// SPDX-License-Identifier: ISC
#include "platform/files/posix/disk_calls.h"

#include <cstdio>
#include <fcntl.h>
#include <string>
#include <sys/stat.h>
#include <unistd.h>

#include "platform/files/posix/directory.h"

namespace platform::posix {

namespace {

// Errors are return values and not errno, so that a disk in memory can give them too.
int outcome(int result) { return result < 0 ? -errno : result; }

class SystemCalls final : public DiskCalls {
 public:
  Result<int> open_directory(const Path& path) override { return TRY(open_directory_safely(path)).release(); }
  int open_unnamed(int directory) override {
    const int file = openat(directory, ".", O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);
    // Old kernels read O_TMPFILE as O_DIRECTORY, and file systems without it refuse with different errors.
    const bool unsupported = file < 0 && (errno == EISDIR || errno == EINVAL || errno == ENOENT);
    return unsupported ? -EOPNOTSUPP : outcome(file);
  }
  int create(int directory, const char* name) override {
    // Mode 0600 until the file is filled: nobody else may open it before it has its final owner.
    return outcome(openat(directory, name, O_CREAT | O_EXCL | O_WRONLY | O_NOFOLLOW | O_CLOEXEC, 0600));
  }
  int facts(int directory, const char* name, FileFacts& facts) override {
    struct stat status {};
    if (fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) != 0) return -errno;
    facts = facts_from(status);
    return 0;
  }
  ssize_t write(int file, const std::byte* data, std::size_t size) override {
    const ssize_t written = ::write(file, data, size);
    return written < 0 ? -errno : written;
  }
  // A new file usually has the right owner already, and a service's sandbox may forbid chown(2) altogether.
  int change_owner(int file, UserId uid, GroupId gid) override {
    struct stat status {};
    if (fstat(file, &status) == 0 && status.st_uid == uid && status.st_gid == gid) return 0;
    return outcome(fchown(file, uid, gid));
  }
  int change_mode(int file, std::uint32_t mode) override { return outcome(fchmod(file, mode)); }
  int sync(int file_or_directory) override { return outcome(fsync(file_or_directory)); }
  int link_unnamed(int file, int directory, const char* name) override {
    // AT_EMPTY_PATH needs a capability that the agent's own account lacks; the name under /proc does not.
    const std::string self = "/proc/self/fd/" + std::to_string(file);
    const int linked = outcome(linkat(AT_FDCWD, self.c_str(), directory, name, AT_SYMLINK_FOLLOW));
    // A bare chroot has no /proc. Root can use AT_EMPTY_PATH there.
    return linked == -ENOENT ? outcome(linkat(file, "", directory, name, AT_EMPTY_PATH)) : linked;
  }
  int link(int directory, const char* from, const char* to) override {
    return outcome(linkat(directory, from, directory, to, 0));
  }
  int rename_new(int directory, const char* from, const char* to) override {
    const int renamed = outcome(renameat2(directory, from, directory, to, RENAME_NOREPLACE));
    // NFS and old kernels do not know RENAME_NOREPLACE.
    return renamed == -EINVAL || renamed == -ENOSYS ? -EOPNOTSUPP : renamed;
  }
  int rename(int directory, const char* from, const char* to) override {
    return outcome(renameat(directory, from, directory, to));
  }
  int unlink(int directory, const char* name) override { return outcome(unlinkat(directory, name, 0)); }
  int close(int file_or_directory) override { return outcome(::close(file_or_directory)); }
};

}  // namespace

DiskCalls& system_calls() {
  static SystemCalls calls;
  return calls;
}

}  // namespace platform::posix
