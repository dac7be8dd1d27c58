// The hook as other commands see it.
#pragma once

#include <optional>
#include <string>

#include "agent/config/host.h"
#include "agent/report/report.h"

namespace agent::commands {

/// Whether the line is still where it was put; nothing when it was never installed.
std::optional<HookPart> hook_part(const Host& host);

}  // namespace agent::commands
