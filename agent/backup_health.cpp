#include "agent/backup_health.h"

#include <algorithm>

namespace agent {

namespace {

using keystore::BackupName;
using platform::Time;

// A clock that was set back is no reason to believe a date that has not come yet.
constexpr std::chrono::hours tolerated_future{24};

bool is_old(Time when, std::chrono::milliseconds most, Time now) {
  return now - when > most || when - now > tolerated_future;
}

DestinationHealth health_of(const Config& config, const BackupNote& note, Time now) {
  // A first copy starts the time that the first drill has.
  const Time proved = note.drilled.value_or(note.first);
  return {.destination = note.destination,
          .name = note.name.text(),
          .stored = note.stored,
          .seen = note.seen,
          .drilled = note.drilled,
          .stale = is_old(note.seen, config.stale_after, now),
          .drill_stale = is_old(proved, config.drill_stale_after, now)};
}

DestinationHealth worse(const DestinationHealth& left, const DestinationHealth& right) {
  DestinationHealth worst = left.seen <= right.seen ? left : right;
  worst.drilled = std::min(left.drilled, right.drilled);
  worst.stale = left.stale || right.stale;
  worst.drill_stale = left.drill_stale || right.drill_stale;
  return worst;
}

}  // namespace

bool BackupHealth::is_stale() const {
  return std::ranges::any_of(destinations, [](const DestinationHealth& one) { return one.stale || one.drill_stale; });
}

BackupHealth backup_health(const Config& config, std::span<const BackupName::Format> formats, const BackupNotes& notes,
                           std::string_view epoch, Time now) {
  BackupHealth health{.configured = !formats.empty() && !config.destinations.empty(), .destinations = {}};
  for (const BackupDestination& destination : config.destinations) {
    const std::string text = text_of(destination);
    std::optional<DestinationHealth> found;
    for (const BackupName::Format format : formats) {
      const BackupNote* note = notes.find(text, BackupName::Content::key, format);
      const bool present = note != nullptr && note->epoch == epoch;
      const auto one = present ? health_of(config, *note, now) : DestinationHealth{.destination = text, .stale = true};
      found = found ? worse(*found, one) : one;
    }
    if (found) health.destinations.push_back(*std::move(found));
  }
  return health;
}

std::string describe(const DestinationHealth& health) {
  if (!health.seen) return health.destination + ": no copy of this key";
  return health.destination + ": seen " + platform::format_time(*health.seen) + ", " +
         (health.drilled ? "drilled " + platform::format_time(*health.drilled) : std::string("never drilled"));
}

}  // namespace agent
