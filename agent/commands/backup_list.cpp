// backup list and backup prune: the copies at each destination, and this host's older ones away.
#include <algorithm>

#include "agent/backups/host_backups.h"
#include "agent/commands/table.h"
#include "agent/report/advice.h"

namespace agent::commands {

namespace {

using keystore::BackupCopy;
using keystore::BackupName;
using platform::Error;
using platform::ErrorKind;
using platform::fail;
using platform::Result;

Result<void> check_destinations(const Host& host) {
  if (!host.config.destinations.empty()) return {};
  return fail(ErrorKind::no_destination, "no destination is configured");
}

void tell_failure(const Host& host, const std::string& destination, const Error& error, Report& report) {
  report.backups->push_back({.destination = destination,
                             .name = "",
                             .result = BackupResult::failed,
                             .size = std::nullopt,
                             .stored = std::nullopt,
                             .detail = error.message});
  const std::string advice = advice_for(error.kind, host.options);
  report.warnings.push_back(destination + ": " + error.message + (advice.empty() ? "" : "; " + advice));
  report.code = worst(report.code, exit_code_for(error.kind));
}

void tell_listed(const std::string& destination, const std::vector<BackupCopy>& copies, const std::string& own_name,
                 Report& report) {
  report.lines.push_back(destination + (copies.empty() ? ": nothing" : ":"));
  for (const BackupCopy& copy : copies) {
    const bool own = copy.name.host == own_name;
    report.lines.push_back("  " + copy.name.text() + "  " + std::to_string(copy.size) + " bytes  " +
                           platform::format_time(copy.stored) + (own ? "" : "  of another host"));
    report.backups->push_back({.destination = destination,
                               .name = copy.name.text(),
                               .result = BackupResult::listed,
                               .size = copy.size,
                               .stored = copy.stored,
                               .own = own,
                               .detail = ""});
  }
}

BackupPart part_of(const BackupStore& store, const BackupName& name, BackupResult result) {
  return {.destination = text_of(store.destination),
          .name = name.text(),
          .result = result,
          .size = std::nullopt,
          .stored = std::nullopt,
          .detail = ""};
}

void remove_one(const Host& host, const BackupStore& store, const BackupName& name, Report& report) {
  const std::string what = name.text() + " at " + text_of(store.destination);
  const auto removed = remove_backup(store, name);
  if (!removed && removed.error().kind == ErrorKind::store_locked) {
    report.backups->push_back(part_of(store, name, BackupResult::locked));
    report.warnings.push_back(what + " stays: the store's lock keeps it");
    report.code = worst(report.code, exit_attention);
  } else if (!removed) {
    tell_failure(host, text_of(store.destination), removed.error(), report);
  } else {
    const bool stays = *removed == Removal::former_version_stays;
    report.changed = true;
    report.lines.push_back("removed " + what + (stays ? "; the store keeps it as a former version" : ""));
    report.backups->push_back(part_of(store, name, stays ? BackupResult::still_version : BackupResult::removed));
  }
}

Result<void> prune_store(const Host& host, const BackupStore& store, const std::string& own_name, Report& report) {
  std::vector<BackupName> names;
  const auto copies = TRY(list_backups(store));
  std::ranges::transform(copies, std::back_inserter(names), &BackupCopy::name);
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

Result<Report> backup_list(const Host& host) {
  TRY(check_destinations(host));
  const std::string own_name = TRY(backup_host(host));
  Report report{.command = Command::backup_list};
  report.backups.emplace();
  for (const BackupStore& store : backup_stores(host, load_backup_notes(host.files.state_directory))) {
    const std::string destination = text_of(store.destination);
    const auto copies = list_backups(store);
    if (copies)
      tell_listed(destination, *copies, own_name, report);
    else
      tell_failure(host, destination, copies.error(), report);
  }
  return report;
}

Result<Report> backup_prune(const Host& host) {
  TRY(check_destinations(host));
  const std::string own_name = TRY(backup_host(host));
  std::optional<platform::FileLock> lock;
  if (!host.options.dry_run) lock = TRY(lock_backups(host));
  Report report{.command = Command::backup_prune, .changed = false};
  report.backups.emplace();
  for (const BackupStore& store : backup_stores(host, load_backup_notes(host.files.state_directory))) {
    const auto pruned = prune_store(host, store, own_name, report);
    if (!pruned) tell_failure(host, text_of(store.destination), pruned.error(), report);
  }
  if (report.lines.empty() && report.code == exit_done) report.lines.emplace_back("nothing to do");
  return report;
}

}  // namespace agent::commands
