// SPDX-License-Identifier: ISC
#include "platform/files/listing.h"

#include <algorithm>
#include <dirent.h>
#include <fcntl.h>
#include <memory>
#include <sys/stat.h>

#include "platform/base/posix/errno_error.h"
#include "platform/files/posix/directory.h"

namespace platform {

namespace {

struct Closing {
  void operator()(DIR* stream) const { closedir(stream); }
};
using Stream = std::unique_ptr<DIR, Closing>;

Result<Stream> open_stream(const Path& path) {
  posix::FileDescriptor directory = TRY(posix::open_directory_safely(path));
  DIR* stream = fdopendir(directory.get());
  if (stream == nullptr) return posix::fail_errno("cannot list", path);
  // closedir(3) closes the descriptor too.
  [[maybe_unused]] const int owned_by_stream = directory.release();
  return Stream(stream);
}

}  // namespace

Result<std::vector<ListedFile>> list_directory(const Path& path, std::size_t limit) {
  const Stream stream = TRY(open_stream(path));
  std::vector<ListedFile> files;
  // readdir(3) returns null both at the end and on failure. Only errno tells which.
  errno = 0;
  while (const dirent* entry = readdir(stream.get())) {
    const std::string name(std::begin(entry->d_name));
    if (name == "." || name == "..") continue;
    // A stranger or a mistake could fill the directory without end.
    if (files.size() == limit)
      return fail(ErrorKind::io, path.string() + " has more than " + std::to_string(limit) + " files");
    struct stat status {};
    const bool there = fstatat(dirfd(stream.get()), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0;
    // A file that is removed meanwhile is simply not listed.
    if (!there && errno != ENOENT) return posix::fail_errno("cannot examine", path / name);
    if (there) files.push_back({name, posix::facts_from(status)});
    errno = 0;
  }
  if (errno != 0) return posix::fail_errno("cannot list", path);
  std::ranges::sort(files, {}, &ListedFile::name);
  return files;
}

}  // namespace platform
