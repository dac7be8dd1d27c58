// SPDX-License-Identifier: ISC
// The command that a person types to fix a finding, in cmd or in PowerShell. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "platform/audit/audit.h"

namespace platform::windows {

/// Nothing where only a person can decide. `reader` is the SID of the account that must read the key. Accounts are
/// given by SID, because Windows translates their names.
std::optional<std::string> icacls_command(const Finding& finding, std::string_view reader);

}  // namespace platform::windows
