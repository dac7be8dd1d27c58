// SPDX-License-Identifier: ISC
// Where the running program is.
#pragma once

#include "platform/base/path.h"
#include "platform/base/result.h"

namespace platform {

/// The path of the program's file, absolute and without links. io when the system does not know it, or when the file is
/// no longer there.
Result<Path> program_path();

}  // namespace platform
