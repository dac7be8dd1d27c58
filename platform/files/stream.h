// SPDX-License-Identifier: ISC
// The step of read_stream() and read_secret_stream() that differs by system. Limits and errors are the same everywhere
// and are in platform/files/file.cpp. Other code uses platform/files/file.h.
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "platform/base/result.h"

namespace platform {

/// Reads until the end or until `room` is full, and gives the number of bytes. A failure names `origin`.
Result<std::size_t> read_to_end(int descriptor, std::span<std::byte> room, const std::string& origin);

}  // namespace platform
