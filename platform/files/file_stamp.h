// Whether a file has been touched since it was last looked at.
#pragma once

#include <string>

#include "platform/base/path.h"
#include "platform/base/result.h"

namespace platform {

/// Where the file is and when its content, owner or mode last changed: device, inode, size and both times, in digits.
/// Two equal stamps of one name mean that nobody touched the file in between, because nobody can set the change time
/// back. Does not follow a link in the last part. not_found when there is no such name.
Result<std::string> stamp_of(const Path& path);

}  // namespace platform
