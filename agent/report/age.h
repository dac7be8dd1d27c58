// SPDX-License-Identifier: ISC
// Times as people read them: how long ago. JSON and state files have dates.
#pragma once

#include <string>

#include "platform/base/clock.h"

namespace agent {

/// "12 min ago", "3 h ago", "5 days ago", always rounded down. A time that lies ahead, because a clock was set back, is
/// a date: "2026-11-22T02:29:17Z, by a clock that was set since".
std::string age_text(platform::Time when, platform::Time now);

}  // namespace agent
