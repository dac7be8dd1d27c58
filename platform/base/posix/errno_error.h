// SPDX-License-Identifier: ISC
// Errors of POSIX calls: errno becomes an Error here and is seen nowhere else.
#pragma once

#include <cerrno>

#include "platform/base/path.h"
#include "platform/base/result.h"

namespace platform::posix {

/// `what` is the act, as in "cannot open"; the sentence adds the path and the system's reason. ENOENT and ENOTDIR give
/// not_found, EACCES and EPERM give denied, EROFS gives read_only, anything else io. EPERM gives immutable where an
/// attribute of the path, or of its directory, is the reason; the sentence then has the command that takes it off.
tl::unexpected<Error> fail_errno(const char* what, const Path& path, int error = errno);

}  // namespace platform::posix
