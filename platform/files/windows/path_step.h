// SPDX-License-Identifier: ISC
// One step on the way from a drive or share to a file. Pure data, the same on every system.
#pragma once

#include <optional>

#include "platform/accounts/windows/security_descriptor.h"
#include "platform/base/path.h"

namespace platform::windows {

/// A directory, or the link or junction that stands for one, on the way to a file.
struct PathStep {
  Path path;
  bool is_link = false;
  std::optional<SecurityDescriptor> descriptor = std::nullopt;  // absent when it could not be read
};

}  // namespace platform::windows
