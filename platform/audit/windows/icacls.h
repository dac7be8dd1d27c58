// What a person types to fix a finding, in cmd or in PowerShell 7. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "platform/audit/audit.h"

namespace platform::windows {

/// Nothing where only a person can decide. `reader` is the SID of the account that has to read the key; names are not
/// used, because Windows translates them.
std::optional<std::string> icacls_command(const Finding& finding, std::string_view reader);

}  // namespace platform::windows
