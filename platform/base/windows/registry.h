// The few values of the registry that are asked for.
#pragma once

#include <optional>
#include <string>

#include "platform/base/windows/system.h"

namespace platform::windows {

/// A text, as UTF-8; nothing when there is none.
std::optional<std::string> registry_text(HKEY root, const wchar_t* key, const wchar_t* value);

}  // namespace platform::windows
