// errno becomes an Error here and is seen nowhere else.
#pragma once

#include <cerrno>
#include <cstring>
#include <string>

#include "platform/base/path.h"
#include "platform/base/result.h"

namespace platform::posix {

/// `what` is the act, as in "cannot open"; the sentence gets the path and the system's reason.
inline tl::unexpected<Error> fail_errno(const char* what, const Path& path, int error = errno) {
  const auto kind = error == ENOENT || error == ENOTDIR ? ErrorKind::not_found
                    : error == EACCES || error == EPERM ? ErrorKind::denied
                                                        : ErrorKind::io;
  return fail(kind, std::string(what) + " " + path.string() + ": " + std::strerror(error));
}

}  // namespace platform::posix
