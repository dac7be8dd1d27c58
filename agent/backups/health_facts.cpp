// SPDX-License-Identifier: ISC
#include "agent/backups/health_facts.h"

#include <algorithm>
#include <optional>
#include <string>

#include "agent/backups/host_state.h"
#include "agent/backups/notes.h"
#include "agent/backups/recipients.h"

namespace agent {

namespace {

using platform::Time;

std::string age_of(std::optional<Time> when, Time now) {
  if (!when) return "none";
  const auto age = std::chrono::floor<std::chrono::seconds>(now - *when).count();
  // A clock that was set back.
  return std::to_string(std::max<std::int64_t>(age, 0));
}

std::string state_of(const BackupHealth& health) {
  if (!health.configured) return "unconfigured";
  const auto any = [&](bool DestinationHealth::*member) { return std::ranges::any_of(health.destinations, member); };
  std::string state;
  const auto add = [&](bool is_so, const char* word) {
    if (is_so) state.append(state.empty() ? "" : ",").append(word);
  };
  add(any(&DestinationHealth::stale), "stale");
  add(any(&DestinationHealth::drill_stale), "drill-stale");
  add(any(&DestinationHealth::settings_stale), "settings-stale");
  return state;
}

}  // namespace

Facts health_facts(const BackupHealth& health, Time now) {
  std::optional<Time> seen;
  std::optional<Time> drilled;
  for (const DestinationHealth& one : health.destinations) {
    seen = std::max(seen, one.seen);
    drilled = std::max(drilled, one.drilled);
  }
  return {{"backup", age_of(seen, now)}, {"drill", age_of(drilled, now)}, {"backup.state", state_of(health)}};
}

Facts health_facts(const Host& host, std::string_view epoch, Time now) {
  if (epoch.empty()) return {};
  return health_facts(backup_health(host.config, formats_for(host.config),
                                    load_backup_notes(host.files.state_directory), epoch, has_settings(host), now),
                      now);
}

}  // namespace agent
