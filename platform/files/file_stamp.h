// SPDX-License-Identifier: ISC
// Whether a file has been touched since it was last looked at.
#pragma once

#include <string>

#include "platform/base/path.h"
#include "platform/base/result.h"

namespace platform {

/// Device, inode, size, time of the last write and time of the last change, in digits. Two equal stamps of one name
/// mean that nobody touched content, owner or mode in between, because no ordinary call can set the change time. Does
/// not follow a link in the last part. not_found when there is no such name.
Result<std::string> stamp_of(const Path& path);

}  // namespace platform
