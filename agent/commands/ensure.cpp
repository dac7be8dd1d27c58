// SPDX-License-Identifier: ISC
// ensure: bring this host to what its configuration asks for. Unattended: it never asks, and never makes a key where
// there may have been one.
//
//   file                 record
//   the recorded key     yes     repairs what the service cannot read or a stranger can write; touches nothing else
//   another key          yes     fetches the recorded one again and puts the other aside, or says so (14)
//   a key                no      redeems a waiting ticket, else adopts it
//   none                 yes     fetches it again, or says so (11)
//   none                 no      ticket; a CA's peers; first_host where every peer says it has none; else says so (11)
//   any                  unread  says so (14); with --keep the record is set aside, and the key that is there recorded
#include <algorithm>

#include "agent/actions/back_up.h"
#include "agent/actions/earlier_key.h"
#include "agent/actions/receive_key.h"
#include "agent/actions/repair_key_file.h"
#include "agent/actions/unit_status.h"
#include "agent/base/limits.h"
#include "agent/commands/table.h"
#include "agent/config/typed_commands.h"
#include "agent/fleet/last_verdicts.h"
#include "agent/fleet/member.h"
#include "agent/fleet/record_settling.h"
#include "agent/fleet/roster_file.h"
#include "agent/gate/current_start.h"
#include "agent/gate/decision.h"
#include "agent/gate/notes.h"
#include "agent/report/advice.h"
#include "agent/report/peer_advice.h"
#include "agent/report/peers.h"

namespace agent::commands {

namespace {

using keystore::KeyState;
using keystore::Origin;
using keystore::Standing;
using platform::ErrorKind;
using platform::fail;
using platform::Result;

bool would(const Host& host, Report& report, const std::string& what) {
  if (!host.options.dry_run) return false;
  report.lines.push_back("would " + what);
  return true;
}

// Ops Manager checks its key against its database when it starts. If it has run with this file for a while, this is the
// right key, better proved than by any peer.
bool is_in_use(const Host& host, const keystore::Holding& holding) {
  const platform::MmsProperties& properties = host.installation.properties;
  if (properties.preflight_off || properties.unknown || !holding.facts) return false;
  const auto service = platform::find_running_service(host.files.key_file, host.files.service);
  if (!service) return false;
  const auto touched = platform::Time(std::chrono::seconds(holding.facts->touched_ns() / 1'000'000'000));
  return service->started > touched && platform::now() - service->started >= limits::running_proves;
}

// Remembers the path of the key file for a day on which mms.conf gives no path.
void record_location(const Host& host, keystore::Record& record) {
  if (!host.installation.key_file_unknown) keystore::record_key_file(record, host.files.key_file);
}

// Another command may have changed the key or its record since this one looked. What was decided then is not written.
bool is_as_seen(const keystore::Holding& present, const keystore::Holding& seen) {
  return !present.record_problem && present.record == seen.record && present.key && seen.key &&
         present.key->equals(*seen.key);
}

// Uses what was learned without the network: proofs that the listener received, and Ops Manager's own use of the key.
Result<void> raise_standing(const Host& host, const keystore::Holding& holding, Report& report) {
  keystore::Record record = *holding.record;
  RosterFile roster_file = roster_of(host);
  const Roster& roster = TRY(roster_file.current());
  settle(record, {}, roster, keystore::KeyProof(*holding.key), false);
  if (is_in_use(host, holding)) record.standing = Standing::established;
  record_location(host, record);
  // Nothing is written when nothing changed. `ensure` runs at each start and from configuration management, and must
  // not touch a file in vain.
  if (record == *holding.record || would(host, report, "record what peers have proved since")) return {};
  const LockedHolding present = TRY(lock_holding(host));
  // The next `ensure` looks at what is there then.
  if (!is_as_seen(present.holding, holding)) return {};
  report.changed = TRY(keystore::save_record(host.files, record));
  report.lines.push_back("this host's key is " + std::string(keystore::name_of(record.standing)) + ", fleet " +
                         record.fleet.hex());
  return {};
}

Result<void> adopt(const Host& host, const keystore::Holding& holding, Standing standing, Report& report) {
  if (would(host, report, "record the key in " + host.files.key_file.string())) return {};
  const LockedHolding present = TRY(lock_holding(host));
  if (!is_as_seen(present.holding, holding))
    return fail(ErrorKind::busy, "another command has changed the key or its record just now");
  const keystore::KeyProof proof(*holding.key);
  auto record = keystore::make_record(proof, keystore::FleetId::random(), 1, standing, Origin::adopted);
  // With --keep the person confirms the present file, so it stays in the fleet in which this host was.
  if (holding.is_recorded) {
    record = *holding.record;
    record.standing = standing;
  }
  if (is_in_use(host, holding)) record.standing = Standing::established;
  record_location(host, record);
  report.changed = TRY(keystore::save_record(host.files, record));
  report.lines.push_back("recorded the key in " + host.files.key_file.string() + ": fleet " + record.fleet.hex() +
                         ", " + std::string(keystore::name_of(record.standing)));
  return {};
}

std::string ticket_file(const Host& host) { return host.config.ticket_file ? host.config.ticket_file->string() : ""; }

// Any file at the configured path counts. One that is damaged is reported when it is read, which is better than
// overlooking it.
bool ticket_waits(const Host& host) {
  return host.config.ticket_file && platform::facts_of(*host.config.ticket_file).has_value();
}

Result<void> redeem_waiting_ticket(const Host& host, Member& member, Report& report) {
  if (would(host, report, "redeem the ticket in " + ticket_file(host))) return {};
  const auto file = TRY(platform::read_secret_file(*host.config.ticket_file, limits::ticket_text));
  const Ticket ticket = TRY(decode_ticket(file.content));
  // The ticket goes only after the key is installed. An interrupted run finds it again and may use it again.
  TRY(join_with(host, member, ticket, Displacing::unattended, report));
  return platform::remove_file(*host.config.ticket_file);
}

// Asks only pins in the roster, and takes only a key that matches the record, so it never takes a stranger's key.
Result<void> fetch_again(const Host& host, Member& member, Report& report) {
  if (would(host, report, "fetch the recorded key from a peer")) return {};
  RosterFile roster_file = roster_of(host);
  const Roster roster = TRY(roster_file.current());
  if (roster_file.damage()) report.warn(*roster_file.damage());
  const auto wait = host.options.wait.value_or(limits::verify_wait);
  const auto end = std::chrono::steady_clock::now() + wait;
  const auto targets = targets_of(host, roster);
  const WaitStatus status(host, targets, wait);
  const auto received =
      TRY(refetch(asker_for(host, member, roster), targets, *member.holding.record, host.options.wait));
  // The proofs belong to the same wait. A silent host that the giver names must not prolong it.
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
  const auto rest = std::max<std::chrono::milliseconds>(left, limits::shortest_round);
  TRY(take_over(host, member, received, {Origin::refetched, Displacing::unattended, rest}, report));
  return {};
}

Result<void> ensure_recorded(const Host& host, Member& member, Report& report) {
  return raise_standing(host, member.holding, report);
}

// What keeps a file from being written here keeps every other way to the key from helping.
platform::Steps first_step_after(const platform::Error& error) {
  if (error.kind != ErrorKind::io) return {};
  return {{"first make it possible to write there; the disk may be full", ""}};
}

Result<void> ensure_other_key(const Host& host, Member& member, Report& report) {
  auto fetched = fetch_again(host, member, report);
  if (fetched || fetched.error().kind == ErrorKind::exists) return fetched;
  // A link or a second name. No key that arrives can be installed there, and none is kept by --keep.
  const auto& problem = member.holding.key_problem;
  if (member.holding.state == KeyState::unsafe) return tl::unexpected(*problem);
  if (!member.holding.key) {
    return fail(problem->kind, problem->message + "; the key recorded for this host could not be fetched again: " +
                                   fetched.error().message);
  }
  return fail(ErrorKind::not_recorded, "the key in " + host.files.key_file.string() +
                                           " is not the one recorded for this host (fleet " +
                                           member.holding.record->fleet.hex() +
                                           "), which could not be fetched again: " + fetched.error().message);
}

Result<void> ensure_unrecorded_key(const Host& host, Member& member, Report& report) {
  if (ticket_waits(host)) return redeem_waiting_ticket(host, member, report);
  return adopt(host, member.holding, Standing::provisional, report);
}

Result<void> ensure_lost_key(const Host& host, Member& member, Report& report) {
  auto fetched = fetch_again(host, member, report);
  if (fetched) return {};
  // A key on a mount that is missing is not lost. Putting another file in the empty directory would hide it after the
  // next mount.
  if (fetched.error().kind == ErrorKind::mount_absent) return fetched;
  return fail(ErrorKind::lost_key,
              "the key of fleet " + member.holding.record->fleet.hex() + " is missing from this host (" +
                  host.files.key_file.string() + "), and could not be fetched again: " + fetched.error().message,
              first_step_after(fetched.error()));
}

// Only if a person said that this is the first host, and every peer has answered that it has no key. One silent peer is
// enough not to generate: it may hold the key.
Result<void> generate_first(const Host& host, Report& report) {
  const Member member = TRY(open_member(host));
  const auto certain = check_no_key_at_peers(host, TRY(ask_who_has_a_key(host, member)), report);
  if (!certain)
    return fail(ErrorKind::no_key, "no key is made here, because a peer may have one: " + certain.error().message);
  Report made = TRY(generate(host));
  made.command = Command::ensure;
  report = std::move(made);
  return {};
}

Result<void> ensure_first_key(const Host& host, Member& member, Report& report) {
  if (ticket_waits(host)) return redeem_waiting_ticket(host, member, report);
  if (host.config.join_without_ticket) {
    RosterFile roster_file = roster_of(host);
    const Roster roster = TRY(roster_file.current());
    const auto received = request_without_ticket(asker_for(host, member, roster), targets_of(host, roster));
    // A key file that has appeared meanwhile is not displaced, because nobody knows whose it is.
    if (received)
      return take_over(host, member, *received, {Origin::joined, Displacing::refused, limits::verify_wait}, report);
    report.warn("no peer handed over the key: " + received.error().message);
  }
  // A record that could not be read was one of a key. Making another key is the worst that could happen here.
  if (keystore::was_record_set_aside(host.files))
    return fail(ErrorKind::lost_key, "this host has had a key, and its record was set aside");
  if (host.config.first_host) return generate_first(host, report);
  return fail(ErrorKind::no_key, "there is no key on this host yet");
}

// Only a person can say what a record that cannot be read would say. It is renamed, so that they can still look at it.
Result<void> set_record_aside(const Host& host, Member& member, Report& report) {
  if (!host.options.keep) return keystore::check_record(member.holding);
  if (member.holding.key_problem) return tl::unexpected(*member.holding.key_problem);
  if (would(host, report, "set aside the record, which cannot be read")) return {};
  LockedHolding present = TRY(lock_holding(host));
  if (present.holding.record_problem) {
    const platform::Path aside = TRY(keystore::set_record_aside(host.files));
    report.lines.push_back("the record that could not be read is kept in " + aside.string());
    report.changed = true;
  }
  member.holding = TRY(keystore::load(host.files));
  return keystore::check_record(member.holding);
}

Result<void> act(const Host& host, Member& member, Report& report) {
  // First of all: what the record says decides everything below.
  if (member.holding.record_problem) TRY(set_record_aside(host, member, report));
  const keystore::Holding& holding = member.holding;
  if (holding.state == KeyState::absent) {
    // Before the network is asked: a key that arrives and cannot be installed would cost a ticket.
    TRY(check_key_directory(host));
    return holding.record ? ensure_lost_key(host, member, report) : ensure_first_key(host, member, report);
  }
  // A file that another program holds open on Windows, or that the disk fails to read, may be the right key. So it is
  // reported and never displaced.
  if (holding.state == KeyState::unreadable) return tl::unexpected(*holding.key_problem);
  if (host.options.keep && holding.key) {
    // --keep is done when nothing about the key is in doubt, so that a repeated command changes nothing.
    const bool known = holding.is_recorded && holding.standing() == Standing::established;
    return known ? Result<void>() : adopt(host, holding, Standing::established, report);
  }
  if (holding.is_recorded) return ensure_recorded(host, member, report);
  // The record decides which key is right, never the file: files are what gets copied by mistake.
  if (holding.record) return ensure_other_key(host, member, report);
  if (holding.key) return ensure_unrecorded_key(host, member, report);
  return tl::unexpected(*holding.key_problem);
}

Result<void> repair(const Host& host, Report& report) {
  // Owner and rights first. A key that this program cannot read safely could not be compared at all.
  const Repaired repaired = TRY(repair_what_is_broken(host));
  report.lines.insert(report.lines.end(), repaired.changed.begin(), repaired.changed.end());
  if (!repaired.changed.empty() && !host.options.dry_run) report.changed = true;
  report.findings = repaired.audit.findings;
  warn_of_findings(report, host, repaired.audit.findings);
  if (repaired.audit.facts) report.code = worst(report.code, exit_code_for(repaired.audit.worst()));
  return {};
}

// After a refusal somebody waits for Ops Manager. During a start nobody needs these words, because the start goes on by
// itself.
Result<void> tell_how_to_start(const Host& host, Report& report) {
  const bool by_a_person = host.options.command == Command::ensure && current_invocation().empty();
  auto note = load_gate_note(host.files.state_directory);
  const auto command = start_command(host);
  if (!by_a_person || host.options.dry_run || !note || note->allowed || note->told || !command) return {};
  const bool repaired = report.changed == true || note->file_was_wrong;
  const bool good = report.code == exit_done || report.code == exit_attention;
  // Only if the cause is gone and Ops Manager does not run. Any other advice to start it would lead to the next
  // refusal.
  if (!repaired || !good || platform::find_running_service(host.files.key_file, host.files.service)) return {};
  report.warn("Ops Manager was refused at " + platform::format_time(note->decided), {{"to start it now", *command}});
  const auto lock = TRY(wait_for_lock(host, host.lock_file()));
  // Said once. Configuration management runs `ensure` again and again, also on a host that is meant to be down.
  note->told = true;
  return save(*note, host.files.state_directory);
}

// The opinion of the gate on what is known without asking. Majority and strict ask for agreement at the moment of the
// start, so old results decide nothing for them; the evidence against this host is the same.
std::optional<Policy> policy_of_opinion(Policy policy) {
  switch (policy) {
    case Policy::off:
    case Policy::warn: return std::nullopt;  // the gate refuses nothing
    case Policy::local: return Policy::local;
    case Policy::normal:
    case Policy::majority:
    case Policy::strict: return Policy::normal;
  }
  __builtin_unreachable();
}

// "Nothing to do" would be wrong where the next start is refused. So what peers said last is weighed as the gate does.
Result<void> heed_peers(const Host& host, const keystore::Holding& holding, Report& report) {
  const auto policy = policy_of_opinion(host.config.policy);
  if (!policy || !holding.is_recorded) return {};
  RosterFile roster_file = roster_of(host);
  const Roster& roster = TRY(roster_file.current());
  const auto last = last_verdicts(roster, host.config.peers, holding.record->epoch);
  for (const Reason reason : decide(evidence_of(holding, false), last.peers, *policy).reasons) {
    report.code = worst(report.code, exit_code_for(reason));
    report.warn("the gate would refuse a start: " + std::string(describe(reason)),
                steps_for(reason, last.peers, host, report.key));
  }
  return {};
}

// The lock is released at once. The network is asked without it, so that the gate never waits for a slow peer.
Result<Member> open_finished(const Host& host) {
  LockedMember opened = TRY(open_locked(host));
  return std::move(opened.member);
}

// What is left to say when the key is as it should be, or could not be made so.
Result<void> sum_up(const Host& host, const keystore::Holding& now, Report& report) {
  report.key = key_part(host.files, now);
  TRY(heed_peers(host, now, report));
  const bool nothing = report.changed == false && report.lines.empty() && report.code == exit_done;
  if (nothing) report.lines.emplace_back("nothing to do");
  warn_of_weakness(report, now);
  // Only words: what was done is done.
  const auto told = tell_how_to_start(host, report);
  if (!told)
    report.warn("this notice could not be marked as shown, so the next run repeats it: " + told.error().message);
  return {};
}

}  // namespace

Result<Report> ensure(const Host& host) {
  Report report{.command = Command::ensure, .changed = false};
  Member member = TRY(open_finished(host));
  TRY(repair(host, report));
  // The repair may have made the key readable.
  member.holding = TRY(keystore::load(host.files));
  TRY(act(host, member, report));
  const keystore::Holding now = TRY(keystore::load(host.files));
  // Whatever was done above is not reported as done while this is unknown.
  if (!host.options.dry_run) TRY(keystore::check_record(now));
  if (!host.options.dry_run && now.key_problem) return tl::unexpected(*now.key_problem);
  // A key that it made here was backed up when it was made.
  if (now.is_recorded && !report.backups) back_up_beside(host, report);
  TRY(sum_up(host, now, report));
  return report;
}

}  // namespace agent::commands
