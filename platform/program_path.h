// Where the running program is.
#pragma once

#include "platform/path.h"
#include "platform/result.h"

namespace platform {

/// Absolute, without links. io when the system does not tell, and when the file is there no more.
Result<Path> program_path();

}  // namespace platform
