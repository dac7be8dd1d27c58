// The hook as other commands see it.
#pragma once

#include <optional>
#include <string>

#include "agent/config/host.h"
#include "agent/report/report.h"

namespace agent {

/// Whether the line is still where it was put, and in force; nothing when it was never installed. Starts a shell, so it
/// is asked before this process holds a secret.
std::optional<HookPart> hook_part(const Host& host);
/// The same of a line that is, or is not, in `conf`; for one that is not, no shell is started.
HookPart hook_part_of(const Host& host, const platform::Path& conf, bool present);
/// Of one that is present and not in force.
std::string what_stops(const HookPart& hook);

}  // namespace agent
