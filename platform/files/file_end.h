// SPDX-License-Identifier: ISC
// Reads the end of a log that may be long, and that another program may be writing.
#pragma once

#include <cstddef>

#include "platform/base/bytes.h"
#include "platform/base/path.h"
#include "platform/base/result.h"

namespace platform {

/// The last `most` bytes. Only of a regular file with one name: any other is unsafe_file (Links::refuse in
/// platform/files/file.h).
Result<Bytes> read_end_of_file(const Path& path, std::size_t most);

}  // namespace platform
