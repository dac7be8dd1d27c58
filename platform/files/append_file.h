// SPDX-License-Identifier: ISC
// Adds to the end of a file, for state that grows by one entry at a time and may be rewritten as a whole later.
#pragma once

#include "platform/base/bytes.h"
#include "platform/base/path.h"
#include "platform/base/result.h"

namespace platform {

/// Appends to a regular file with one name, durably. The file must exist: not_found otherwise. A power cut can leave a
/// part of `bytes` at the end, so readers ignore an entry that is not complete. Two callers at the same time must
/// exclude each other.
Result<void> append_to_file(const Path& path, BytesView bytes);

}  // namespace platform
