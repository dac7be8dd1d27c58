// SPDX-License-Identifier: ISC
#include "agent/actions/replace_key.h"

#include "agent/actions/back_up.h"
#include "agent/actions/earlier_key.h"
#include "agent/actions/install_key.h"
#include "agent/backups/notes.h"
#include "agent/backups/recipients.h"
#include "agent/base/limits.h"
#include "agent/config/combined_settings.h"
#include "agent/config/typed_commands.h"
#include "agent/fleet/member.h"
#include "agent/fleet/roster_file.h"
#include "keystore/host_key/installation.h"
#include "platform/ops_manager/running_service.h"

namespace agent {

namespace {

using keystore::Holding;
using keystore::KeyState;
using platform::ErrorKind;
using platform::fail;
using platform::Result;

Result<void> check_recorded(const Host& host, const Holding& holding) {
  TRY(keystore::check_record(holding));
  if (holding.state == KeyState::absent)
    return fail(holding.record ? ErrorKind::lost_key : ErrorKind::no_key,
                "there is no key on this host that could be replaced");
  if (!holding.key) return tl::unexpected(*holding.key_problem);
  // An unrecorded key belongs to no known fleet, so there would be no generation to follow it.
  if (!holding.record)
    return fail(ErrorKind::unsure, "the key in " + host.files.key_file.string() + " is not recorded yet");
  if (holding.is_recorded) return {};
  return fail(ErrorKind::not_recorded,
              "the key in " + host.files.key_file.string() + " is not the one recorded for this host");
}

Result<void> check_confirmed(const Host& host, const keystore::Record& record) {
  const std::string fleet = record.fleet.hex();
  // The fleet's id must be typed: on the wrong host it does not fit, and nothing is lost.
  if (host.options.confirm == fleet) return {};
  return fail(ErrorKind::needs_confirmation,
              "--replace makes another key for fleet " + fleet +
                  "; it cannot decrypt what the present key has encrypted; confirm that with --confirm " + fleet +
                  (host.options.confirm.empty() ? "" : ", not " + host.options.confirm));
}

Result<void> check_nothing_needs_it(const Host& host) {
  // A running Ops Manager keeps the present key in memory and goes on encrypting with it.
  if (const auto running = platform::find_running_service(host.files.key_file, host.files.service)) {
    return fail(ErrorKind::service_running, "Ops Manager runs on this host, as process " +
                                                std::to_string(running->process) + ", with the present key");
  }
  return check_no_credentials(host);
}

Result<void> check_backed_up(const Host& host, const keystore::Record& record, Report& report) {
  // What the present key encrypted can be read only with that key, so a copy must exist before it is replaced. The copy
  // must be fresh, because an old note says nothing about today.
  const auto backup = fresh_backup(host, record, platform::now());
  if (!backup) {
    const bool configured = !host.config.destinations.empty() && has_recipients(host.config);
    return fail(ErrorKind::not_backed_up,
                configured ? "no copy of the present key was stored or found at a destination within the last hour"
                           : "a copy of the present key at a destination is needed first, and none is configured: "
                             "write destinations and recipients under [backup] into the configuration");
  }
  // A warning and no refusal: a drill needs the identity, which does not belong on this host.
  if (!backup->drilled)
    report.warn("nobody has ever opened a backup of the former key",
                {{"while its identity is at hand", command_line_for(host.options, "backup drill NAME -i IDENTITY")}});
  return {};
}

// A time in the future comes from a clock that was wrong, and proves nothing.
bool is_recent(platform::Time when, platform::Time now) { return when <= now && now - when <= limits::fresh_backup; }

void tell_replaced(const Host& host, const keystore::Record& record, Report& report) {
  report.lines.push_back("made generation " + std::to_string(record.generation) + " of the key of fleet " +
                         record.fleet.hex() + " in " + host.files.key_file.string() + " (" +
                         platform::key_file_permissions(host.files.service) + ")");
  report.lines.push_back("the key that was there is kept in " + report.displaced->string());
  report.warn(
      "every other host still has the former key, and its gate refuses to start Ops Manager until it has this one",
      {{"for each other host, first here", command_line_for(host.options, "invite")},
       {"then on that host", command_line_elsewhere(host.options, "join --displace --confirm " + record.fleet.hex())}});
}

// Before the lock is taken for good: a store may take long to answer, and the gate must not wait for it.
Result<void> check_latest(const Host& host, Report& report) {
  const Holding holding = TRY(lock_holding(host)).holding;
  TRY(check_recorded(host, holding));
  TRY(check_confirmed(host, *holding.record));
  return check_no_later_copy(host, *holding.record, report);
}

// A host that nobody here has named may not know this one either, and then this host's new generation does not hold it.
void name_hosts_not_held(const Host& host, Report& report) {
  RosterFile file = roster_of(host);
  const auto roster = file.current();
  if (!roster) {
    report.warn("the hosts that introduced themselves are not known: " + roster.error().message);
    return;
  }
  std::string named;
  for (const Peer& peer : roster->get().peers()) {
    if (!is_introduced(peer)) named += (named.empty() ? "" : ", ") + peer.address();
  }
  if (!named.empty())
    report.warn("these hosts introduced themselves, and may start Ops Manager with the former key: " + named);
}

Result<Member> replace_under_lock(const Host& host, Report& report) {
  LockedMember opened = TRY(open_locked(host));
  Holding& holding = opened.member.holding;
  // All checks run under the lock and before the key is made, so that a refusal leaves everything as it was.
  TRY(check_recorded(host, holding));
  const keystore::Record before = *holding.record;
  TRY(check_confirmed(host, before));
  TRY(check_nothing_needs_it(host));
  TRY(check_key_directory(host));
  TRY(check_backed_up(host, before, report));
  // A number beyond this bound would be ignored by every peer, and the hosts with the former key would not be held.
  if (before.generation >= keystore::largest_generation)
    return fail(ErrorKind::usage, "this fleet's key has had all generations that there are");
  // After all checks, so that a dry run refuses for the same reasons.
  if (host.options.dry_run) return std::move(opened.member);
  const keystore::GenKey key = keystore::GenKey::generate();
  const auto record = keystore::make_record(keystore::KeyProof(key), before.fleet, before.generation + 1,
                                            keystore::Standing::chosen, keystore::Origin::generated);
  // The former key is kept on this host too, so that the backup is not the only copy.
  report.displaced = TRY(keystore::displace(host.files, holding, key, record));
  report.changed = true;
  holding = TRY(read_back(host, key, report.displaced));
  return std::move(opened.member);
}

}  // namespace

std::optional<FreshBackup> fresh_backup(const Host& host, const keystore::Record& record, platform::Time now) {
  std::optional<FreshBackup> found;
  for (const BackupNote& note : load_backup_notes(host.files.state_directory).notes) {
    const bool of_key = note.name.content == keystore::BackupName::Content::key && note.epoch == record.epoch;
    // `seen` and not `stored`: an unchanged copy that was found whole an hour ago counts as much as a new one.
    if (!of_key || !is_recent(note.seen, now)) continue;
    found = FreshBackup{note.drilled.has_value() || (found && found->drilled)};
  }
  return found;
}

Result<Report> replace_key(const Host& host) {
  Report report{.command = Command::generate, .changed = false};
  TRY(check_latest(host, report));
  const Member member = TRY(replace_under_lock(host, report));
  report.key = key_part(host.files, member.holding);
  if (host.options.dry_run) {
    report.lines.push_back("would make generation " + std::to_string(member.holding.record->generation + 1) +
                           " of the key in " + host.files.key_file.string());
    return report;
  }
  tell_replaced(host, *member.holding.record, report);
  name_hosts_not_held(host, report);
  back_up_beside(host, report);
  return report;
}

}  // namespace agent
