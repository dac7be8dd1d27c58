// SPDX-License-Identifier: ISC
#include "platform/files/log_end.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "platform/base/posix/errno_error.h"
#include "platform/files/file.h"
#include "platform/files/posix/directory.h"
#include "platform/files/posix/file_descriptor.h"

namespace platform {

namespace {

using posix::fail_errno;
using posix::FileDescriptor;

Result<FileFacts> facts_of_log(int log, const Path& path) {
  struct stat status {};
  if (fstat(log, &status) != 0) return fail_errno("cannot examine", path);
  const FileFacts facts = posix::facts_from(status);
  if (facts.type != FileType::regular || facts.links > 1)
    return fail(ErrorKind::unsafe_file, path.string() + " is not a regular file with one name");
  return facts;
}

}  // namespace

Result<Bytes> read_log_end(const Path& path, std::size_t most) {
  const auto directory = posix::open_directory_safely(path.parent_path(), posix::Purpose::look);
  if (!directory) return tl::unexpected(directory.error());
  // O_PATH first: merely opening a device can have an effect, and a FIFO blocks.
  const FileDescriptor name(openat(directory->get(), path.filename().c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
  if (!name.valid()) return fail_errno("cannot open", path);
  TRY(facts_of_log(name.get(), path));
  const FileDescriptor log(
      openat(directory->get(), path.filename().c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  if (!log.valid()) return fail_errno("cannot open", path);
  const FileFacts facts = TRY(facts_of_log(log.get(), path));
  const std::uint64_t skipped = facts.size > most ? facts.size - most : 0;
  Bytes content(static_cast<std::size_t>(facts.size - skipped));
  std::size_t size = 0;
  while (size < content.size()) {
    const ssize_t got =
        pread(log.get(), content.data() + size, content.size() - size, static_cast<off_t>(skipped + size));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail_errno("cannot read", path);
    // The other program has begun the log anew.
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
  }
  content.resize(size);
  return content;
}

}  // namespace platform
