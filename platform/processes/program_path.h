// Where the running program is.
#pragma once

#include "platform/base/path.h"
#include "platform/base/result.h"

namespace platform {

/// Absolute, without links. io when the system does not tell, and when the file is there no more.
Result<Path> program_path();

}  // namespace platform
