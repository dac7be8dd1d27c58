// SPDX-License-Identifier: ISC
// What a host reports about its backups of the key: `backup`, `drill` and `backup.state` of agent/protocol/protocol.md.
// From its notes and its configuration alone, which the listener can read too.
#pragma once

#include <string_view>

#include "agent/backups/health.h"
#include "agent/config/host.h"
#include "agent/protocol/facts.h"
#include "platform/base/clock.h"

namespace agent {

/// `epoch` is that of the record; without a record there is nothing to back up, and no fact.
Facts health_facts(const Host& host, std::string_view epoch, platform::Time now);

/// Pure. `backup` and `drill` are ages in seconds, since a copy was last seen at a destination and since the last
/// drill, or "none". `backup.state` has what `status` warns of, empty if nothing: "unconfigured", "stale",
/// "drill-stale", "settings-stale", with commas between.
Facts health_facts(const BackupHealth& health, platform::Time now);

}  // namespace agent
