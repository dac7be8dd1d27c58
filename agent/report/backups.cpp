// SPDX-License-Identifier: ISC
#include "agent/report/backups.h"

#include <algorithm>

#include "agent/backups/encryption.h"
#include "agent/backups/host_state.h"
#include "agent/backups/store.h"
#include "agent/config/combined_settings.h"
#include "agent/config/typed_commands.h"
#include "agent/report/advice.h"
#include "agent/report/error_table.h"

namespace agent {

namespace {

using platform::Result;

// Only root reads the record. Other users, who may ask for a status too, read its public part.
std::string epoch_of(const Host& host, const keystore::Holding& holding) {
  if (holding.record) return holding.record->epoch;
  const auto published = keystore::load_public(host.files.state_directory);
  return published ? published->epoch : "";
}

void warn(Report& report, Message message) {
  // Never more than attention: a missing backup does not keep a host from working, and monitoring must not mix it up
  // with a wrong key.
  report.code = worst(report.code, exit_attention);
  report.warnings.push_back(std::move(message));
}

void tell_drill(const Host& host, const DestinationHealth& health, Report& report) {
  if (!health.drill_stale) return;
  warn(report, {"nobody has tested for a long time whether the backup at " + health.destination + " opens",
                {{"to test it", command_line_for(host.options, "backup drill -i IDENTITY")}}});
}

// Where the backup program is known not to start, what it has to do is told without the command that cannot do it.
struct CanBackUp {
  bool stores = true;
  bool settings = true;
};

bool is_remote(const std::string& destination) { return destination.starts_with(S3Bucket::scheme); }

void tell_destination(const Host& host, const DestinationHealth& health, const CanBackUp& can, Report& report) {
  platform::Steps again = {{"to back it up now", command_line_for(host.options, "backup")}};
  if (!can.stores && is_remote(health.destination)) again.clear();
  if (health.stale && !health.seen) {
    warn(report, {"the key is not backed up to " + health.destination, again});
  } else if (health.stale) {
    warn(report, {"no backup has been seen at " + health.destination + " for a long time", again});
  }
  // One warning for one cause: where the key is not backed up, the settings are not either, and the same command fixes
  // both.
  if (health.settings_stale && !health.stale && can.settings) {
    warn(report, {"no recent backup of Ops Manager's settings is known at " + health.destination,
                  {{"to back them up now", command_line_for(host.options, "backup")}}});
  }
  tell_drill(host, health, report);
}

bool is_remote(const Directory& /*directory*/) { return false; }
bool is_remote(const S3Bucket& /*bucket*/) { return true; }

// What the backup program has to do on this host; empty when it has nothing to do.
std::string work_of_backup_program(const Host& host) {
  const auto& destinations = host.config.destinations;
  const bool stores = std::ranges::any_of(destinations, [](const BackupDestination& destination) {
    return std::visit([](const auto& kind) { return is_remote(kind); }, destination);
  });
  const bool settings = host.config.host_state && has_settings(host);
  if (stores) return settings ? "backups to stores, and of Ops Manager's settings," : "backups to stores";
  return settings ? "backups of Ops Manager's settings" : "";
}

// Its libraries may be missing or go missing. Said here, and not on the day when a copy is needed.
CanBackUp tell_backup_program(const Host& host, Report& report) {
  const std::string work = work_of_backup_program(host);
  if (work.empty()) return {};
  const auto program = find_backup_program(host.agent);
  const auto starts = program ? check_start(*program) : Result<void>(tl::unexpected(program.error()));
  if (starts) return {};
  // Another failure, such as a machine too busy to start it in time, proves nothing about the next backup.
  const bool certain = starts.error().kind == platform::ErrorKind::program_absent;
  const std::string outlook = certain ? " are not possible: " : " may not be possible: ";
  warn(report, message_about(starts.error(), host.options, work + outlook));
  return {.stores = !certain, .settings = !certain};
}

BackupHealth health_of(const Host& host, const std::string& epoch) {
  // From the notes alone. A status that waited for a silent store would be useless for monitoring.
  return backup_health(host.config, formats_for(host.config), load_backup_notes(host.files.state_directory), epoch,
                       has_settings(host), platform::now());
}

// Somebody configured backups, and none is made.
void tell_unusable(const Host& host, Report& report) {
  warn(report, {"the key is not backed up: [backup] has destinations, and neither recipients nor certificates",
                steps_for(platform::ErrorKind::no_recipients, host.options)});
}

}  // namespace

void tell_failed_destination(const Host& host, const std::string& destination, const platform::Error& error,
                             Report& report) {
  report.backups->push_back({.destination = destination, .detail = error.message});
  // The destination stands in the sentence, since several may fail for different reasons.
  report.warnings.push_back(message_about(error, host.options, destination + ": "));
  report.code = worst(report.code, exit_code_for(error.kind));
}

Message not_backed_up(const Options& options) {
  return {"the key has no backup; if every host loses it, the databases cannot be read",
          {{"for a copy that you keep in a safe place", command_line_for(options, "backup --passphrase --output FILE")},
           {"for regular copies, configure destinations and recipients under [backup]", ""}}};
}

void tell_backups(const Host& host, const keystore::Holding& holding, Report& report) {
  const std::string epoch = epoch_of(host, holding);
  report.backup_health = health_of(host, epoch);
  if (!host.config.destinations.empty() && !has_recipients(host.config)) return tell_unusable(host, report);
  if (!report.backup_health->configured) {
    // A key that may be the wrong one is not worth a copy, and a host without one has nothing to lose yet. Their own
    // warnings are more urgent.
    const bool refused = report.status && !report.status->gate_would_refuse.empty();
    if (holding.is_recorded && !refused) report.remark(not_backed_up(host.options));
    return;
  }
  // Without a key there is nothing to back up. The status says so where it reports the key.
  if (epoch.empty()) report.backup_health->destinations.clear();
  // The cause before what follows from it.
  const CanBackUp can = tell_backup_program(host, report);
  for (const DestinationHealth& health : report.backup_health->destinations)
    tell_destination(host, health, can, report);
}

void tell_stale_drills(const Host& host, Report& report) {
  // Only a warning beside other work, so an unreadable key is left to the commands that are about it.
  const auto holding = keystore::load(host.files);
  if (!holding) return;
  for (const DestinationHealth& health : health_of(host, epoch_of(host, *holding)).destinations)
    tell_drill(host, health, report);
}

}  // namespace agent
