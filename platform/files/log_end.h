// SPDX-License-Identifier: ISC
// Reads the end of a log that may be long, and that another program may be writing.
#pragma once

#include <cstddef>

#include "platform/base/bytes.h"
#include "platform/base/path.h"
#include "platform/base/result.h"

namespace platform {

/// The last `most` bytes. Only of a regular file with one name: any other is unsafe_file. Never follows a link in the
/// last part, and no link of a stranger on the way.
Result<Bytes> read_log_end(const Path& path, std::size_t most);

}  // namespace platform
