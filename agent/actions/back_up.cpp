// SPDX-License-Identifier: ISC
#include "agent/actions/back_up.h"

#include "agent/actions/copy_writer.h"
#include "agent/backups/host_backups.h"
#include "agent/backups/host_state.h"
#include "agent/backups/host_state_revision.h"
#include "agent/backups/store.h"
#include "agent/config/combined_settings.h"
#include "agent/config/typed_commands.h"
#include "agent/fleet/member.h"
#include "agent/report/advice.h"
#include "agent/report/backups.h"

namespace agent {

namespace {

using keystore::BackupName;
using platform::Bytes;
using platform::ErrorKind;
using platform::fail;
using platform::Result;
using platform::SecretBytes;

BackupSource key_source(const keystore::GenKey& key, const BackupRecipients& recipients, const Options& options) {
  return {.content = BackupName::Content::key, .revision = "", .seal = [&](BackupFormat format) {
            // Encrypted anew for each format, because age and CMS share nothing but the plaintext.
            return seal_backup(key.duplicate_bytes(), recipients, format, options.armor);
          }};
}

Result<void> write_host_state(const Host& host, const RecordedKey& recorded, const BackupRecipients& recipients,
                              CopyWriter& writer) {
  // First, so that one sentence says it for all destinations, on each run and not only when the settings have changed.
  const BackupProgram program = TRY(find_backup_program(host.agent));
  TRY(check_start(program));
  auto files = TRY(read_host_state(host));
  // A keyed tag and not a plain hash: settings hold passwords, and whoever reads the notes could try them against a
  // hash.
  const keystore::Mac tag = tag_of(files, keystore::KeyProof(recorded.key));
  const auto& directory = host.files.state_directory;
  // A dry run writes nothing, not even a new revision.
  std::string revision = host.options.dry_run ? known_revision(tag, directory) : TRY(revision_of(tag, directory));
  std::optional<Result<SecretBytes>> tar;  // made when the first destination lacks it, once for all formats
  writer.write({.content = BackupName::Content::host_state,
                .revision = std::move(revision),
                .seal = [&](BackupFormat format) -> Result<Bytes> {
                  if (!tar) tar = pack_host_state(host, std::move(files));
                  if (!*tar) return tl::unexpected(tar->error());
                  return seal_backup(**tar, recipients, format, host.options.armor);
                }});
  return {};
}

// The key has been copied by now. Settings that cannot be read are a warning, so that the timer does not report the
// whole backup as failed.
void back_up_settings(const Host& host, const RecordedKey& recorded, const BackupRecipients& recipients,
                      CopyWriter& writer, Report& report) {
  // A host where Ops Manager is not configured yet has nothing to copy, which is not worth a warning.
  if (!host.config.host_state || !has_settings(host)) return;
  const auto written = write_host_state(host, recorded, recipients, writer);
  if (written) return;
  report.warnings.push_back(message_about(written.error(), host.options, "Ops Manager's settings are not backed up: "));
  report.code = worst(report.code, exit_attention);
}

Result<void> write_copies(const Host& host, const BackupRecipients& recipients, CheckAgainst check_against,
                          Report& report) {
  // The timer and a person may back up at once. Two writers would take the same number and overwrite each other's
  // notes.
  std::optional<platform::FileLock> lock;
  if (!host.options.dry_run) lock = TRY(lock_backups(host));
  // Read under the lock of backups: a replacement of the key in between would store the old key under the new notes.
  const RecordedKey recorded = TRY(recorded_key(host));
  CopyWriter writer(host, recorded.record, recipients, check_against, report);
  TRY(writer.begin());
  writer.write(key_source(recorded.key, recipients, host.options));
  back_up_settings(host, recorded, recipients, writer, report);
  return {};
}

// This host as the command `backup` would see it.
Host as_backup(const Host& host) {
  Host beside = host;
  beside.options.command = Command::backup_create;
  beside.options.replace = false;
  beside.options.displace = false;
  return beside;
}

}  // namespace

Result<RecordedKey> recorded_key(const Host& host) {
  // The state lock is held only for this line. Held longer, a slow store would delay the gate and with it the start of
  // Ops Manager.
  keystore::Holding holding = TRY(lock_holding(host)).holding;
  const std::string file = host.files.key_file.string();
  TRY(keystore::check_record(holding));
  // Each case has a remedy of its own, so each has an error of its own.
  if (holding.state == keystore::KeyState::absent && holding.record)
    return fail(ErrorKind::lost_key, "the key of this host is missing from " + file);
  if (holding.state == keystore::KeyState::absent)
    return fail(ErrorKind::no_key, "there is no key on this host that could be backed up");
  // A file that is not a valid key is never copied: the backup would be found out on the day it is needed.
  if (!holding.key) return tl::unexpected(*holding.key_problem);
  if (holding.is_recorded) return RecordedKey{*std::move(holding.key), *std::move(holding.record)};
  if (holding.record)
    return fail(ErrorKind::not_recorded, "the key in " + file + " is not the one recorded for this host");
  return fail(ErrorKind::unsure, "the key in " + file + " is not recorded yet");
}

Result<void> back_up(const Host& host, const BackupRecipients& recipients, Report& report) {
  return write_copies(host, recipients, CheckAgainst::store, report);
}

void back_up_beside(const Host& host, Report& report) {
  // The dry run of generate or import shows what that command does, and the backup needs a key that was not made.
  if (host.options.dry_run) return;
  if (!has_recipients(host.config) || host.config.destinations.empty()) {
    // A host that joined got its key from a peer; the warning was given where the key was made.
    const bool brought_it = report.command == Command::generate || report.command == Command::import;
    if (brought_it) report.warnings.push_back(not_backed_up(host.options));
    return;
  }
  // The options of this command are not for a backup: --passphrase, for example, means something else here. And the
  // advice about a failed copy must name `backup`: obeyed, `generate --replace` would replace the key again.
  const Host beside = as_backup(host);
  const auto recipients = read_recipients(Options(), host.config);
  const auto done = recipients ? write_copies(beside, *recipients, CheckAgainst::notes, report)
                               : Result<void>(tl::unexpected(recipients.error()));
  if (done) return;
  report.code = worst(report.code, exit_attention);
  report.warn("the key is not backed up: " + done.error().message,
              {{"when that is fixed", command_line_for(host.options, "backup")}});
}

}  // namespace agent
