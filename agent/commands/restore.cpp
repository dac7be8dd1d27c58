// SPDX-License-Identifier: ISC
// restore: the key from an encrypted backup, installed as import would, or written out for another machine.
#include <algorithm>
#include <iostream>

#include <boost/filesystem/operations.hpp>

#include "agent/actions/back_up.h"
#include "agent/actions/install_key.h"
#include "agent/actions/open_backup.h"
#include "agent/commands/restore_host_state.h"
#include "agent/commands/table.h"
#include "agent/fleet/member.h"
#include "agent/report/peer_advice.h"
#include "agent/report/peers.h"

namespace agent::commands {

namespace {

using keystore::GenKey;
using keystore::Holding;
using keystore::KeyState;
using platform::ErrorKind;
using platform::fail;
using platform::Path;
using platform::Result;
using platform::SecretBytes;

struct RestoredKey {
  OpenedBackup backup;
  GenKey key;
};

// The fleet and generation come from the name of the copy. Without a name the key gets a new fleet, until a peer proves
// another.
keystore::Record record_of(const RestoredKey& restored) {
  const auto& name = restored.backup.name;
  // A name can be given to any file. A generation beyond the bounds would make every later replacement impossible.
  const std::uint32_t generation =
      name ? std::clamp<std::uint32_t>(name->generation, 1, keystore::largest_generation) : 1;
  return keystore::make_record(keystore::KeyProof(restored.key), name ? name->fleet : keystore::FleetId::random(),
                               generation, keystore::Standing::chosen, keystore::Origin::restored);
}

// If the key file is gone but the record is there, the record says which key has to come back. Any other key would pass
// unnoticed, since no file is displaced.
bool is_another_than_lost(const Holding& present, const GenKey& key) {
  return present.state == KeyState::absent && present.record &&
         !keystore::is_recorded(keystore::KeyProof(key), *present.record);
}

Result<void> refuse_another_than_lost(const Host& host, const Holding& present) {
  const std::string fleet = present.record->fleet.hex();
  // The person names the fleet that this host is to forget.
  if (host.options.displace && host.options.confirm == fleet) return {};
  return fail(ErrorKind::not_recorded, "it holds another key than the one recorded for this host, of fleet " + fleet +
                                           ", generation " + std::to_string(present.record->generation) +
                                           "; --displace --confirm " + fleet);
}

Result<RestoredKey> restored_key(const Host& host, Report& report) {
  // With --output the key is for another machine, and this host's record does not matter.
  const Holding before = host.options.output ? Holding() : TRY(keystore::load(host.files));
  // Before a passphrase is asked for.
  TRY(keystore::check_record(before));
  const auto acceptable = [&](const SecretBytes& content) -> Result<void> {
    // Checked while copies are still being tried, so that a copy with the wrong content leads to the next one.
    const auto key = GenKey::create(content.duplicate());
    if (!key) return fail(key.error().kind, "it opens and holds no key: " + key.error().message);
    if (is_another_than_lost(before, *key)) return refuse_another_than_lost(host, before);
    return {};
  };
  OpenedBackup backup = TRY(open_asked_backup(host, keystore::BackupName::Content::key, acceptable, report));
  GenKey key = TRY(GenKey::create(std::move(backup.content)));
  return RestoredKey{std::move(backup), std::move(key)};
}

bool is_done(const Holding& present, const GenKey& key) {
  return present.is_recorded && present.key->equals(key) && present.standing() >= keystore::Standing::chosen;
}

Result<Displacing> displacing_of(const Host& host, const Holding& present, const GenKey& key) {
  if (is_another_than_lost(present, key)) {
    TRY(refuse_another_than_lost(host, present));
    return Displacing::confirmed;
  }
  // Without a file there is nothing to displace, so no confirmation is asked for.
  return present.state == KeyState::absent ? Displacing::refused : displacing_by(host.options, present);
}

void tell_done(const Host& host, const RestoredKey& restored, Report& report) {
  report.lines.push_back("the key of " + restored.backup.origin + " is in " + host.files.key_file.string() +
                         " already");
}

void tell_restored(const Host& host, const RestoredKey& restored, const keystore::Record& record, Report& report) {
  report.lines.push_back("restored the key of fleet " + record.fleet.hex() + ", generation " +
                         std::to_string(record.generation) + ", from " + restored.backup.origin + " into " +
                         host.files.key_file.string() + " (" + platform::key_file_permissions(host.files.service) +
                         ")");
  if (report.displaced) report.lines.push_back("the key that was there is kept in " + report.displaced->string());
  report.warnings.push_back(next_host(host.options));
}

Result<Report> install_restored(const Host& host, const RestoredKey& restored, Report report) {
  // The backup is open by now. Asking for a passphrase under the lock would hold up every other command.
  const LockedMember opened = TRY(open_locked(host));
  const Holding& present = opened.member.holding;
  TRY(keystore::check_record(present));
  const bool done = is_done(present, restored.key);
  // A restore that is repeated has nothing to install, so nothing is checked and it succeeds.
  if (!done) TRY(check_key_directory(host));
  const Displacing displacing = done ? Displacing::refused : TRY(displacing_of(host, present, restored.key));
  if (!done && host.options.dry_run) {
    report.lines.push_back("would install the key of " + restored.backup.origin + " in " +
                           host.files.key_file.string());
    return report;
  }
  const keystore::Record record = record_for(present, restored.key, record_of(restored));
  if (done) {
    tell_done(host, restored, report);
  } else {
    report.displaced = TRY(install_key(host, present, restored.key, record, displacing)).displaced;
    report.changed = true;
    tell_restored(host, restored, record, report);
  }
  const Holding now = TRY(read_back(host, restored.key, report.displaced));
  report.key = key_part(host.files, now);
  warn_of_weakness(report, now);
  return report;
}

bool to_standard_output(const Options& options) { return options.output && *options.output == "-"; }

Result<void> print_key(const GenKey& key) {
  // The raw 24 bytes, without a line end: a file made from them is a key file.
  const auto bytes = key.reveal();
  std::cout.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size())).flush();
  return std::cout ? Result<void>() : fail(ErrorKind::io, "cannot write the key to standard output");
}

Result<Report> write_out(const Host& host, const RestoredKey& restored, Report report) {
  const std::string output = host.options.output->string();
  const auto weakness = keystore::weakness_of(restored.key);
  // A warning only. The key of existing databases is restored, however weak it is.
  if (weakness) report.warn("this key is weak: " + std::string(keystore::describe(*weakness)));
  if (host.options.dry_run) {
    // Standard output is reserved for the key.
    report.warn("would write the key of " + restored.backup.origin + " to " + output);
    return report;
  }
  if (to_standard_output(host.options)) {
    TRY(print_key(restored.key));
    return report;
  }
  TRY(platform::install_file({.path = *host.options.output,
                              .content = restored.key.reveal(),
                              .uid = platform::current_user(),
                              .gid = platform::current_group(),
                              // Never over an existing file, which may be somebody's only key.
                              .mode = 0600}));
  report.changed = true;
  report.lines.push_back("wrote the key of " + restored.backup.origin + " to " + output + ", in the clear");
  return report;
}

Result<void> check_options(const Options& options) {
  if (options.json && to_standard_output(options))
    // One stream cannot hold both the key and a report.
    return fail(ErrorKind::usage, "the key goes to standard output alone; with --json it needs --output FILE");
  return {};
}

}  // namespace

Result<Report> restore(const Host& host) {
  if (host.options.host_state) return restore_host_state(host);
  TRY(check_options(host.options));
  Report report{.command = Command::restore, .changed = false};
  const RestoredKey restored = TRY(restored_key(host, report));
  // Nothing on this host changes: the key is for another machine.
  if (host.options.output) return write_out(host, restored, std::move(report));
  report = TRY(install_restored(host, restored, std::move(report)));
  back_up_beside(host, report);
  return report;
}

}  // namespace agent::commands
