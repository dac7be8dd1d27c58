// SPDX-License-Identifier: ISC
// backup prune: removes older copies of this host. Copies of other hosts are never touched.
#include <algorithm>

#include "agent/backups/host_backups.h"
#include "agent/commands/table.h"
#include "agent/report/backups.h"

namespace agent::commands {

namespace {

using keystore::BackupCopy;
using keystore::BackupName;
using platform::ErrorKind;
using platform::fail;
using platform::Result;

BackupPart part_of(const BackupStore& store, const BackupName& name, BackupResult result) {
  return {.destination = text_of(store.destination), .name = name.text(), .result = result};
}

void remove_one(const Host& host, const BackupStore& store, const BackupName& name, Report& report) {
  const std::string what = name.text() + " at " + text_of(store.destination);
  const auto removed = remove_backup(store, name);
  // Somebody set the object lock on purpose, so a locked copy is not a failure.
  if (!removed && removed.error().kind == ErrorKind::store_locked) {
    report.backups->push_back(part_of(store, name, BackupResult::locked));
    report.warn(what + " stays: the store's lock keeps it");
    report.code = worst(report.code, exit_attention);
  } else if (!removed) {
    tell_failed_destination(host, text_of(store.destination), removed.error(), report);
  } else {
    // A store with versions keeps the bytes. Saying "removed" alone would be wrong where a copy had to disappear.
    const bool stays = *removed == Removal::former_version_stays;
    report.changed = true;
    report.lines.push_back("removed " + what + (stays ? "; the store keeps it as a former version" : ""));
    report.backups->push_back(part_of(store, name, stays ? BackupResult::still_version : BackupResult::removed));
  }
}

Result<void> prune_store(const Host& host, const BackupStore& store, const std::string& own_name, Report& report) {
  std::vector<BackupName> names;
  // Without a full list nothing is removed: the copy that looks like a spare may be the last one.
  const auto copies = TRY(list_backups(store));
  std::ranges::transform(copies, std::back_inserter(names), &BackupCopy::name);
  // What may go is decided by the names alone (keystore::prunable()), so that no two hosts disagree.
  const std::size_t kept = host.options.kept_copies.value_or(host.config.keep);
  for (const BackupName& name : keystore::prunable(names, own_name, kept)) {
    if (host.options.dry_run)
      report.lines.push_back("would remove " + name.text() + " at " + text_of(store.destination));
    else
      remove_one(host, store, name, report);
  }
  return {};
}

}  // namespace

Result<Report> backup_prune(const Host& host) {
  if (host.config.destinations.empty()) return fail(ErrorKind::no_destination, "no destination is configured");
  const std::string own_name = TRY(backup_host(host));
  std::optional<platform::FileLock> lock;
  // A backup that runs at the same time has looked for its copy by now, and must not lose it here.
  if (!host.options.dry_run) lock = TRY(lock_backups(host));
  Report report{.command = Command::backup_prune, .changed = false};
  report.backups.emplace();
  for (const BackupStore& store : backup_stores(host, load_backup_notes(host.files.state_directory))) {
    const auto pruned = prune_store(host, store, own_name, report);
    if (!pruned) tell_failed_destination(host, text_of(store.destination), pruned.error(), report);
  }
  if (report.lines.empty() && report.code == exit_done) report.lines.emplace_back("nothing to do");
  return report;
}

}  // namespace agent::commands
