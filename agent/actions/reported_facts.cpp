// SPDX-License-Identifier: ISC
#include "agent/actions/reported_facts.h"

#include <algorithm>
#include <memory>
#include <thread>

#include "agent/backups/notes.h"
#include "agent/base/limits.h"
#include "agent/doctor/own_access_log.h"
#include "agent/doctor/own_facts.h"
#include "agent/gate/notes.h"
#include "platform/files/file.h"
#include "platform/files/lock.h"

namespace agent {

namespace {

using platform::Path;
using platform::Result;
using platform::Time;
using std::chrono::milliseconds;
using Steady = std::chrono::steady_clock;

MomentOfFacts moment() { return std::chrono::floor<milliseconds>(std::chrono::system_clock::now()); }

// A clock that was set back makes a note younger than now. It is one of now then.
std::string seconds_since(Time then, Time now) {
  return std::to_string(std::max<std::int64_t>((now - then).count(), 0));
}

std::string text_of(const GateNote& note, Time now) {
  std::string text = note.overridden ? "overridden" : note.allowed ? "allowed" : "";
  if (text.empty()) {
    for (const Reason reason : note.reasons) text += (text.empty() ? "" : ",") + std::string(name_of(reason));
  }
  return (text.empty() ? "refused" : text) + " " + seconds_since(note.decided, now);
}

bool is_absent(const Path& path) {
  const auto facts = platform::facts_of(path);
  return !facts && facts.error().kind == platform::ErrorKind::not_found;
}

std::string seconds_since(const std::optional<Time>& then, Time now) {
  return then ? seconds_since(*then, now) : "none";
}

void add_backups(Facts& facts, const Host& host, Time now) {
  const BackupNotes notes = load_backup_notes(host.files.state_directory);
  // Notes that cannot be read look like none.
  if (notes.notes.empty() && !is_absent(host.files.state_directory / "backups.json")) return;
  std::optional<Time> seen;
  std::optional<Time> drilled;
  for (const BackupNote& note : notes.notes) {
    if (note.name.content != keystore::BackupName::Content::key) continue;
    seen = std::max(seen, std::optional(note.seen));
    drilled = std::max(drilled, note.drilled);
  }
  facts.emplace("backup", seconds_since(seen, now));
  facts.emplace("drill", seconds_since(drilled, now));
}

// A lock is a file that is opened for writing and closed, and nothing is written. That is what PathChanged= of
// genkey-agent-facts.path waits for.
Result<void> touch(const Host& host) {
  TRY(platform::FileLock::acquire(host.agent_directory() / "facts-wanted", milliseconds(0)));
  return {};
}

void wait_until_old_enough(const Path& file) {
  const auto facts = platform::facts_of(file);
  if (!facts) return;
  const auto now = std::chrono::floor<std::chrono::nanoseconds>(std::chrono::system_clock::now()).time_since_epoch();
  const auto age = now - std::chrono::nanoseconds(facts->changed_ns);
  const auto left = limits::facts_pause - age;
  // A file of the future: the clock was set back, and nothing says how old the file is.
  std::this_thread::sleep_for(std::clamp<std::chrono::nanoseconds>(left, {}, limits::facts_pause));
}

}  // namespace

Facts facts_of_agent(const Host& host, Time now) {
  Facts facts{{"agent.version", GENKEY_AGENT_VERSION}};
  if (const auto note = load_gate_note(host.files.state_directory)) {
    facts.emplace("gate", text_of(*note, now));
  } else if (is_absent(host.files.state_directory / "gate.json")) {
    facts.emplace("gate", "none");
  }
  add_backups(facts, host, now);
  return facts;
}

std::optional<milliseconds> age_of(MomentOfFacts when, MomentOfFacts now) {
  if (when > now + limits::facts_clock_step) return std::nullopt;
  return std::max(now - when, milliseconds(0));
}

FactsSource facts_source(const Host& host) {
  if (!host.config.facts) return {};
  const auto current = [&host] {
    ReportedFacts reported{facts_of_agent(host, platform::now()), std::nullopt};
    const auto collected = load_collected_facts(host);
    // Before the first collection, or with a file that is damaged: never collected.
    if (!collected) return reported;
    reported.age = age_of(collected->when, moment());
    if (reported.age) reported.facts.insert(collected->facts.begin(), collected->facts.end());
    return reported;
  };
  const auto last = std::make_shared<std::optional<Steady::time_point>>();
  const auto collect = [&host, last]() -> Result<void> {
    if (*last && Steady::now() - **last < limits::facts_pause) return {};
    *last = Steady::now();
    return touch(host);
  };
  return {.current = current, .collect = collect};
}

Result<void> collect_facts(const Host& host) {
  // The wait comes under the lock: two collectors would otherwise both find the file old enough.
  const auto lock = TRY(wait_for_lock(host, host.files.state_directory / "facts.lock"));
  wait_until_old_enough(facts_file(host));
  // The time before the look, so that what changes meanwhile is not taken for seen.
  const MomentOfFacts when = moment();
  Facts facts = TRY(own_facts(host));
  facts.merge(probe_facts(host.installation));
  return save({when, within_limits(facts)}, host);
}

}  // namespace agent
