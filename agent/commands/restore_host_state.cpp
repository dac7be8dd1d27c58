// SPDX-License-Identifier: ISC
#include "agent/commands/restore_host_state.h"

#include <algorithm>
#include <array>

#include <boost/filesystem/operations.hpp>

#include "agent/actions/open_backup.h"
#include "agent/backups/host_state.h"
#include "agent/base/limits.h"
#include "agent/config/typed_commands.h"
#include "agent/fleet/member.h"
#include "agent/report/advice.h"
#include "keystore/host_key/installation.h"
#include "platform/files/file.h"

namespace agent::commands {

namespace {

using keystore::Holding;
using keystore::Record;
using platform::ErrorKind;
using platform::fail;
using platform::FileFacts;
using platform::Path;
using platform::Result;
using platform::SecretBytes;

// One of Ops Manager's files, as it is here and as it is in the backup.
struct Settings {
  StateFilePart part;
  SecretBytes content;
  // Both versions are secret, because settings hold passwords of the database and the mail server.
  std::optional<SecretBytes> old;
  std::optional<FileFacts> present;
};

struct Plan {
  std::vector<Settings> settings;
  std::optional<StateFilePart> record_part;
  std::optional<Record> record;  // to be saved
};

Result<std::optional<platform::SecretFile>> read_present(const Path& path) {
  auto file = platform::read_secret_file(path, limits::archived_file);
  if (file) return std::optional(std::move(*file));
  if (file.error().kind == ErrorKind::not_found) return std::optional<platform::SecretFile>();
  // Somebody put this link or special file here. Replacing it could break what they set up.
  if (file.error().kind != ErrorKind::unsafe_file) return tl::unexpected(file.error());
  return fail(ErrorKind::configuration, file.error().message + "; only Ops Manager's own file is replaced");
}

StateChange change_of(const Settings& file) {
  if (!file.old) return StateChange::added;
  // In constant time, as for every secret: a comparison that stops early tells how much was right.
  return file.old->equals(file.content) ? StateChange::unchanged : StateChange::changed;
}

Result<Settings> compare_with_present(const Path& path, NamedContent archived) {
  Settings file{.part = {.file = path}, .content = std::move(archived.content)};
  auto present = TRY(read_present(path));
  if (present) {
    file.present = present->facts;
    file.old = std::move(present->content);
  }
  // mms.conf is shell and conf-mms.properties is Java's format. The names of settings are found differently.
  const auto syntax = archived.name == conf_name ? SettingsSyntax::shell : SettingsSyntax::properties;
  const std::string_view before = file.old ? platform::text_of(file.old->reveal()) : "";
  // Only names of settings are shown, never values.
  file.part.names = compare_settings(before, platform::text_of(file.content.reveal()), syntax);
  file.part.change = change_of(file);
  return file;
}

// A record of the key that is here, with the fleet and generation of the backup. Nothing if the backup's record is of
// another key. A record that a peer or an administrator has established is kept as it is.
std::optional<Record> better_record(const Holding& present, const Record& archived) {
  if (!present.key) return std::nullopt;
  const keystore::KeyProof proof(*present.key);
  // A record of another key would make the gate refuse the right one.
  if (!keystore::is_recorded(proof, archived)) return std::nullopt;
  Record record = keystore::make_record(proof, archived.fleet, archived.generation, keystore::Standing::chosen,
                                        keystore::Origin::restored);
  if (!present.is_recorded) return record;
  if (present.standing() == keystore::Standing::established) return present.record;
  // The epoch and the rest stay, since the key on this host did not change.
  Record same = *present.record;
  same.fleet = record.fleet;
  same.generation = record.generation;
  same.witness = record.witness;
  return same;
}

Result<void> plan_record(const Host& host, const Holding& present, const SecretBytes& content, Plan& plan) {
  // A damaged record ends the command before anything is written, the host's own as well as the archived one.
  TRY(keystore::check_record(present));
  const Record archived = TRY(keystore::decode_record(platform::text_of(content.reveal())));
  StateFilePart part{.file = host.record_file(), .change = StateChange::left};
  const auto record = better_record(present, archived);
  if (record && record == present.record) part.change = StateChange::unchanged;
  if (record && record != present.record) {
    part.change = present.record ? StateChange::changed : StateChange::added;
    part.names.changed = {"fleet", "generation"};
    plan.record = record;
  }
  plan.record_part = std::move(part);
  return {};
}

// A file that this system does not have comes from another kind of system. The other settings would hold paths of that
// system too, so nothing is restored.
tl::unexpected<platform::Error> no_counterpart(const Host& host, const std::string& name) {
  const std::string has = "the backup has " + name;
  if (!host.installation.install_path)
    return fail(ErrorKind::usage, has + ", and no installation of Ops Manager is known; name it with --install-path");
  return fail(ErrorKind::usage,
              has +
                  ", which Ops Manager does not have on this system: its settings are those of another "
                  "one, so nothing of them is restored here");
}

Result<Plan> make_plan(const Host& host, const Holding& present, std::vector<NamedContent> files) {
  Plan plan;
  for (NamedContent& file : files) {
    if (file.name == record_name) {
      TRY(plan_record(host, present, file.content, plan));
      continue;
    }
    const auto path = state_file_of(host, file.name);
    // The whole plan is made before the first file is written, so that a mismatch leaves this host as it is.
    if (!path) return no_counterpart(host, file.name);
    plan.settings.push_back(TRY(compare_with_present(*path, std::move(file))));
  }
  return plan;
}

// The time makes the name readable, the random part makes it unique.
Result<Path> aside_of(const Host& host, const Path& file) {
  std::array<std::byte, 4> unique{};
  platform::fill_random(unique);
  return TRY(keystore::displaced_directory(host.files)) /
         (file.filename().string() + "." + std::to_string(platform::now().time_since_epoch().count()) + "." +
          platform::hex_encode(unique));
}

Result<void> put_aside(const Host& host, const Settings& file, Report& report) {
  // The old settings may be the only copy of a password.
  if (!file.old) return {};
  const Path aside = TRY(aside_of(host, file.part.file));
  TRY(platform::install_file({.path = aside,
                              .content = file.old->reveal(),
                              .uid = platform::current_user(),
                              .gid = platform::current_group(),
                              .mode = 0600}));
  report.lines.push_back("the " + file.part.file.filename().string() + " that was there is kept in " + aside.string());
  return {};
}

Result<void> write_settings(const Host& host, const Settings& file, Report& report) {
  if (file.part.change == StateChange::unchanged) return {};
  // Before the new file is written: after a power cut the old settings exist at least once.
  TRY(put_aside(host, file, report));
  const auto& service = host.files.service;
  TRY(platform::install_file(
      {.path = file.part.file,
       .content = file.content.reveal(),
       // Owner and mode of the file on this host stay. Those of the other machine may belong to somebody else here.
       .uid = file.present ? file.present->uid : service.uid,
       .gid = file.present ? file.present->gid : service.gid,
       .mode = file.present ? file.present->mode : 0600,
       // `replaces` refuses a file that was changed after the plan was shown.
       .existing = file.present ? platform::NewFile::Existing::replace : platform::NewFile::Existing::refuse,
       .replaces = file.present}));
  report.changed = true;
  return {};
}

Result<void> write_plan(const Host& host, const Plan& plan, Report& report) {
  // An error leaves the files before it restored. Running the command again finishes the rest, because unchanged files
  // are skipped.
  for (const Settings& file : plan.settings) TRY(write_settings(host, file, report));
  if (plan.record) {
    const bool written = TRY(keystore::save_record(host.files, *plan.record));
    report.changed = *report.changed || written;
  }
  return {};
}

void tell_names(const char* what, const std::vector<std::string>& names, Report& report) {
  for (const std::string& name : names) report.lines.push_back(std::string("  ") + what + " " + name);
}

void tell_file(const StateFilePart& part, Report& report) {
  report.lines.push_back(part.file.string() + ": " + std::string(name_of(part.change)));
  tell_names("adds", part.names.added, report);
  tell_names("changes", part.names.changed, report);
  tell_names("removes", part.names.removed, report);
  if (part.names.elsewhere && part.change != StateChange::unchanged)
    // The reader must know that there is more, even if there is no name to show.
    report.lines.emplace_back("  changes lines without a name");
}

void tell_plan(const Plan& plan, Report& report) {
  std::vector<StateFilePart> parts;
  for (const Settings& file : plan.settings) parts.push_back(file.part);
  if (plan.record_part) parts.push_back(*plan.record_part);
  for (const StateFilePart& part : parts) tell_file(part, report);
  report.own_members.push_back(files_member(parts));
  if (plan.record_part && plan.record_part->change == StateChange::left)
    report.warn("the backup's record is of a key that is not on this host: restore that key first");
}

bool changes_anything(const Plan& plan) {
  return plan.record || std::ranges::any_of(plan.settings, [](const Settings& file) {
           return file.part.change != StateChange::unchanged;
         });
}

std::string command_that_writes(const Options& options) {
  Options writing = options;
  // Built from the options that were given, so that the line restores the same copy.
  writing.write = true;
  writing.dry_run = false;
  return typed_again(writing);
}

}  // namespace

std::string_view name_of(StateChange change) {
  switch (change) {
    case StateChange::unchanged: return "unchanged";
    case StateChange::added: return "added";
    case StateChange::changed: return "changed";
    case StateChange::left: return "left";
  }
  __builtin_unreachable();
}

Result<Report> restore_host_state(const Host& host) {
  Report report{.command = Command::restore, .changed = false};
  // Every copy that opens is acceptable. What is in it is shown before it is written.
  const auto acceptable = [](const SecretBytes& /*content*/) { return Result<void>(); };
  OpenedBackup backup = TRY(open_asked_backup(host, keystore::BackupName::Content::host_state, acceptable, report));
  auto files = TRY(unpack_host_state(host, std::move(backup.content)));
  const bool writes = host.options.write && !host.options.dry_run;
  std::optional<LockedHolding> locked;
  // Without --write the command only shows the plan, and must work for users who cannot take the lock.
  if (writes) locked = TRY(lock_holding(host));
  const Holding present = writes ? std::move(locked->holding) : TRY(keystore::load(host.files));
  const Plan plan = TRY(make_plan(host, present, std::move(files)));
  // The plan is reported in both cases, so that the output of a dry run and of the real run can be compared.
  tell_plan(plan, report);
  if (!changes_anything(plan)) {
    report.lines.push_back("all of " + backup.origin + " is here already");
  } else if (!writes) {
    report.lines.push_back(for_people({"nothing was written", {{"to write it", command_that_writes(host.options)}}}));
  } else {
    TRY(write_plan(host, plan, report));
    report.lines.push_back("restored from " + backup.origin + "; Ops Manager reads its settings when it starts");
  }
  return report;
}

}  // namespace agent::commands
