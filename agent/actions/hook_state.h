// SPDX-License-Identifier: ISC
// The hook in mms.conf as other commands see it.
#pragma once

#include <optional>
#include <string>

#include "agent/config/host.h"
#include "agent/report/report.h"

namespace agent {

/// Whether the line is still where it was put, and in force. Nothing when it was never installed. Starts a shell, so
/// call it before this process holds a secret.
std::optional<HookPart> hook_part(const Host& host);
/// The same for `conf`, where the line is or is not present. If it is not, no shell is started.
HookPart hook_part_of(const Host& host, const platform::Path& conf, bool present);
/// The sentence for a hook that is present and not in force.
std::string what_stops(const HookPart& hook);

}  // namespace agent
