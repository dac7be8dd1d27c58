// SPDX-License-Identifier: ISC
// How a finding describes a file's owner and mode. Looks up the names of accounts.
#pragma once

#include <cstdint>
#include <string>

#include "platform/files/file.h"

namespace platform {

/// "root:root 0644 (everyone can read it)".
std::string found_as(const FileFacts& facts, const std::string& reason);
/// "setuid, sticky".
std::string special_bits_in(std::uint32_t mode);

}  // namespace platform
