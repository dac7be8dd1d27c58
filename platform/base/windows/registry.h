// Reads texts from the registry.
#pragma once

#include <optional>
#include <string>

#include "platform/base/windows/system.h"

namespace platform::windows {

/// As UTF-8. Nothing when there is no such value or it is not a text.
std::optional<std::string> registry_text(HKEY root, const wchar_t* key, const wchar_t* value);

}  // namespace platform::windows
