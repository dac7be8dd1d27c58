// SPDX-License-Identifier: ISC
#include "agent/backups/health.h"

#include <algorithm>

namespace agent {

namespace {

using keystore::BackupName;
using platform::Time;

// A time further ahead than this was noted while the clock was wrong. It says nothing, so the copy counts as old.
constexpr std::chrono::hours tolerated_future{24};

bool is_old(Time when, std::chrono::milliseconds most, Time now) {
  return now - when > most || when - now > tolerated_future;
}

DestinationHealth health_of(const Config& config, const std::string& destination, const BackupNote* note, Time now) {
  // Only `stale` is set, because a drill needs a copy.
  if (note == nullptr) return {.destination = destination, .stale = true};
  // Before the first drill, the time for it runs from the first copy.
  const Time proved = note->drilled.value_or(note->first);
  return {.destination = destination,
          .name = note->name.text(),
          .stored = note->stored,
          .seen = note->seen,
          .drilled = note->drilled,
          .stale = is_old(note->seen, config.stale_after, now),
          .drill_stale = is_old(proved, config.drill_stale_after, now)};
}

void add_settings(const Config& config, const BackupNote* note, Time now, DestinationHealth& health) {
  if (note != nullptr) health.settings_seen = note->seen;
  health.settings_stale = note == nullptr || is_old(note->seen, config.stale_after, now);
}

// A destination is as healthy as the format that is worse off: each format serves other recipients. An empty optional
// compares as the earliest, so "never" wins over any time.
DestinationHealth worse(const DestinationHealth& left, const DestinationHealth& right) {
  DestinationHealth worst = left.seen <= right.seen ? left : right;
  worst.drilled = std::min(left.drilled, right.drilled);
  worst.stale = left.stale || right.stale;
  worst.drill_stale = left.drill_stale || right.drill_stale;
  worst.settings_seen = std::min(left.settings_seen, right.settings_seen);
  worst.settings_stale = left.settings_stale || right.settings_stale;
  return worst;
}

}  // namespace

bool BackupHealth::is_stale() const {
  return std::ranges::any_of(
      destinations, [](const DestinationHealth& one) { return one.stale || one.drill_stale || one.settings_stale; });
}

BackupHealth backup_health(const Config& config, std::span<const BackupName::Format> formats, const BackupNotes& notes,
                           std::string_view epoch, bool has_settings, Time now) {
  BackupHealth health{.configured = !formats.empty() && !config.destinations.empty(), .destinations = {}};
  for (const BackupDestination& destination : config.destinations) {
    const std::string text = text_of(destination);
    std::optional<DestinationHealth> found;
    for (const BackupName::Format format : formats) {
      const auto note_of = [&](BackupName::Content content) {
        const BackupNote* note = notes.find(text, content, format);
        // A copy of an earlier key would not bring back the present one.
        return note != nullptr && note->epoch == epoch ? note : nullptr;
      };
      auto one = health_of(config, text, note_of(BackupName::Content::key), now);
      // A host without settings, or one that does not back them up, has no copies of settings that could be stale.
      if (has_settings && config.host_state) add_settings(config, note_of(BackupName::Content::host_state), now, one);
      found = found ? worse(*found, one) : one;
    }
    if (found) health.destinations.push_back(*std::move(found));
  }
  return health;
}

std::string describe(const DestinationHealth& health) {
  if (!health.seen) return health.destination + ": no copy of this key";
  // The time of the last sight and not of storing: a copy may have been deleted since it was stored.
  return health.destination + ": seen " + platform::format_time(*health.seen) + ", " +
         (health.drilled ? "drilled " + platform::format_time(*health.drilled) : std::string("never drilled")) +
         (health.settings_seen ? "; settings seen " + platform::format_time(*health.settings_seen) : "");
}

}  // namespace agent
