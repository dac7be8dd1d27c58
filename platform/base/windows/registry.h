// SPDX-License-Identifier: ISC
// Reads text values from the registry.
#pragma once

#include <optional>
#include <string>

#include "platform/base/windows/system.h"

namespace platform::windows {

/// The value as UTF-8, with environment variables expanded. Nothing when the value does not exist, cannot be read or is
/// not a text.
std::optional<std::string> registry_text(HKEY root, const wchar_t* key, const wchar_t* value);

}  // namespace platform::windows
