// SPDX-License-Identifier: ISC
#include "platform/base/posix/errno_error.h"

#include <cstring>
#include <fcntl.h>
#include <optional>
#include <string>
#include <sys/stat.h>
#include <unistd.h>

#include "platform/base/shell_word.h"

namespace platform::posix {

namespace {

// The letters of chattr(1) that keep root itself from changing the file; empty when there are none, or nobody can tell.
std::string holding_letters(const Path& path) {
  struct statx status {};
  if (statx(AT_FDCWD, path.c_str(), AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT, STATX_TYPE, &status) != 0) return "";
  std::string letters;
  if ((status.stx_attributes & STATX_ATTR_IMMUTABLE) != 0) letters += 'i';
  if ((status.stx_attributes & STATX_ATTR_APPEND) != 0) letters += 'a';
  return letters;
}

// Only to explain a failure: whoever changes the path meanwhile gets a wrong sentence and nothing else.
std::optional<Error> held_by_attribute(const Path& path, const std::string& message) {
  const std::string letters = holding_letters(path);
  if (letters.empty()) return std::nullopt;
  const std::string sudo = geteuid() == 0 ? "" : "sudo ";
  return Error{ErrorKind::immutable,
               message + "; " + path.string() + " has the attribute " + letters + " (see lsattr -d)",
               {{"to clear that attribute", sudo + "chattr -" + letters + " " + shell_quoted(path.string())}}};
}

ErrorKind kind_of(int error) {
  // ENOTDIR: a part of the path is a file, so nothing below it can exist.
  if (error == ENOENT || error == ENOTDIR) return ErrorKind::not_found;
  if (error == EROFS) return ErrorKind::read_only;
  return error == EACCES || error == EPERM ? ErrorKind::denied : ErrorKind::io;
}

}  // namespace

tl::unexpected<Error> fail_errno(const char* what, const Path& path, int error) {
  const std::string message = std::string(what) + " " + path.string() + ": " + std::strerror(error);
  if (error != EPERM) return fail(kind_of(error), message);
  // A directory with the attribute keeps its names as they are.
  for (const Path& each : {path, path.parent_path()}) {
    if (auto held = held_by_attribute(each, message)) return tl::unexpected(*std::move(held));
  }
  return fail(ErrorKind::denied, message);
}

}  // namespace platform::posix
