// SPDX-License-Identifier: ISC
// Errors of POSIX calls: errno becomes an Error here and is seen nowhere else.
#pragma once

#include <cerrno>
#include <cstring>
#include <string>

#include "platform/base/path.h"
#include "platform/base/result.h"

namespace platform::posix {

/// `what` is the act, as in "cannot open"; the sentence adds the path and the system's reason. ENOENT and ENOTDIR give
/// not_found, EACCES and EPERM give denied, anything else io.
inline tl::unexpected<Error> fail_errno(const char* what, const Path& path, int error = errno) {
  // ENOTDIR: a part of the path is a file, so nothing below it can exist.
  const auto kind = error == ENOENT || error == ENOTDIR ? ErrorKind::not_found
                    : error == EACCES || error == EPERM ? ErrorKind::denied
                                                        : ErrorKind::io;
  return fail(kind, std::string(what) + " " + path.string() + ": " + std::strerror(error));
}

}  // namespace platform::posix
