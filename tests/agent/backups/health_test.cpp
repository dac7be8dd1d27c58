// SPDX-License-Identifier: ISC
// How old backups are: what was not seen or tried for too long is stale, and a result that is stale is no good one.
#include "agent/backups/health.h"

#include <array>

#include <doctest/doctest.h>

#include "tests/agent/samples.h"

using agent::BackupNotes;
using agent::Config;
using keystore::BackupName;
using platform::Time;
using std::chrono::days;
using std::chrono::hours;
using std::chrono::seconds;

namespace {

constexpr Time then{seconds(1'700'000'000)};
constexpr std::array age_alone = {BackupName::Format::age};
constexpr std::array both = {BackupName::Format::age, BackupName::Format::cms};

Config config() {
  Config made;
  made.destinations = {agent::Directory{"/a"}};
  return made;
}

BackupNotes stored_then(std::optional<Time> drilled = std::nullopt) {
  return {.key_number = 1,
          .epoch = "aa",
          .notes = {{.destination = "file:///a",
                     .name = {.fleet = tests::fleet(1), .host = "om1", .time = then},
                     .epoch = "aa",
                     .first = then,
                     .stored = then,
                     .seen = then,
                     .drilled = drilled}}};
}

agent::DestinationHealth at(Time now, const BackupNotes& notes, std::string_view epoch = "aa") {
  const auto health = agent::backup_health(config(), age_alone, notes, epoch, false, now);
  REQUIRE(health.destinations.size() == 1);
  return health.destinations.front();
}

}  // namespace

TEST_CASE("a copy is stale when it was not seen for longer than the configuration allows") {
  CHECK_FALSE(at(then + days(35), stored_then()).stale);
  CHECK(at(then + days(35) + seconds(1), stored_then()).stale);
}

TEST_CASE("a destination without a copy of this very key is stale, whatever lies there") {
  CHECK(at(then, BackupNotes()).stale);
  CHECK(at(then, stored_then(), "bb").stale);
  CHECK_FALSE(at(then, stored_then(), "bb").name);
}

TEST_CASE("a copy seen in a future that a clock was set back from is stale") {
  CHECK_FALSE(at(then - hours(24), stored_then()).stale);
  CHECK(at(then - hours(25), stored_then()).stale);
}

TEST_CASE("the first drill has as much time as each later one") {
  CHECK_FALSE(at(then + days(100), stored_then()).drill_stale);
  CHECK(at(then + days(100) + seconds(1), stored_then()).drill_stale);
  CHECK_FALSE(at(then + days(150), stored_then(then + days(60))).drill_stale);
  CHECK(at(then + days(161), stored_then(then + days(60))).drill_stale);
}

TEST_CASE("of two formats at one destination the one that is missing counts") {
  const auto health = agent::backup_health(config(), both, stored_then(then), "aa", false, then);
  CHECK(health.destinations.front().stale);
  CHECK(health.is_stale());
  CHECK_FALSE(health.destinations.front().drilled);
}

TEST_CASE("without recipients or a destination nothing is configured") {
  CHECK_FALSE(agent::backup_health(config(), {}, {}, "aa", false, then).configured);
  CHECK_FALSE(agent::backup_health(Config(), age_alone, {}, "aa", false, then).configured);
  CHECK(agent::backup_health(config(), age_alone, {}, "aa", false, then).configured);
}

TEST_CASE("settings that a host has are stale where no copy of them is, or none was seen for too long") {
  const auto settings_at = [](Time now, BackupNotes notes, bool has_settings) {
    return agent::backup_health(config(), age_alone, notes, "aa", has_settings, now);
  };
  BackupNotes notes = stored_then(then);
  CHECK_FALSE(settings_at(then, notes, false).is_stale());
  CHECK(settings_at(then, notes, true).is_stale());
  notes.notes.push_back(notes.notes.front());
  notes.notes.back().name.content = BackupName::Content::host_state;
  CHECK_FALSE(settings_at(then + days(35), notes, true).is_stale());
  notes.notes.front().seen = then + days(1);
  const auto late = settings_at(then + days(35) + seconds(1), notes, true);
  CHECK(late.destinations.front().settings_stale);
  CHECK_FALSE(late.destinations.front().stale);
  CHECK(late.destinations.front().settings_seen == then);
}

TEST_CASE("settings that shall not be backed up are never stale") {
  Config without = config();
  without.host_state = false;
  CHECK_FALSE(agent::backup_health(without, age_alone, stored_then(then), "aa", true, then).is_stale());
}
