// SPDX-License-Identifier: ISC
// backup list: the copies at each destination, those of other hosts too.
#include "agent/backups/host_backups.h"
#include "agent/commands/table.h"
#include "agent/report/advice.h"
#include "agent/report/backups.h"

namespace agent::commands {

namespace {

using keystore::BackupCopy;
using platform::ErrorKind;
using platform::fail;
using platform::Result;

void tell_listed(const std::string& destination, const std::vector<BackupCopy>& copies, const std::string& own_name,
                 Report& report) {
  report.lines.push_back(destination + (copies.empty() ? ": nothing" : ":"));
  for (const BackupCopy& copy : copies) {
    // Copies of other hosts are shown as well: they hold the same key, and on the worst day they may be the ones that
    // are left.
    const bool own = copy.name.host == own_name;
    report.lines.push_back("  " + copy.name.text() + "  " + std::to_string(copy.size) + " bytes  " +
                           platform::format_time(copy.stored) + (own ? "" : "  of another host"));
    report.backups->push_back({.destination = destination,
                               .name = copy.name.text(),
                               .result = BackupResult::listed,
                               .size = copy.size,
                               .stored = copy.stored,
                               .own = own});
  }
}

}  // namespace

Result<Report> backup_list(const Host& host) {
  if (host.config.destinations.empty()) return fail(ErrorKind::no_destination, "no destination is configured");
  // Checked first, since without a usable name no copy could be told from those of others.
  const std::string own_name = TRY(backup_host(host));
  Report report{.command = Command::backup_list};
  report.backups.emplace();
  for (const BackupStore& store : backup_stores(host, load_backup_notes(host.files.state_directory))) {
    const std::string destination = text_of(store.destination);
    const auto copies = list_backups(store);
    if (copies)
      tell_listed(destination, *copies, own_name, report);
    else
      // Not "nothing": a destination that does not answer may well hold copies.
      tell_failed_destination(host, destination, copies.error(), report);
  }
  return report;
}

}  // namespace agent::commands
