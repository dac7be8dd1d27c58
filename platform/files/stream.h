// What each system does for reading standard input and open descriptors; platform/files/file.h has what others call.
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "platform/base/result.h"

namespace platform {

/// As much as there is, at most `room`; `origin` is what a failure names.
Result<std::size_t> read_to_end(int descriptor, std::span<std::byte> room, const std::string& origin);

}  // namespace platform
