// SPDX-License-Identifier: ISC
#include "agent/report/report.h"

namespace agent {

KeyPart key_part(const keystore::KeyFiles& files, const keystore::Holding& holding) {
  KeyPart part{.file = files.key_file,
               .state = holding.state,
               .record = holding.record,
               .unreadable_record = holding.record_problem.has_value(),
               .is_recorded = holding.is_recorded,
               .standing = holding.standing()};
  // The sentence and never the bytes: a report is printed, logged and sent to monitoring.
  const auto weakness = holding.key ? keystore::weakness_of(*holding.key) : std::nullopt;
  if (weakness) part.weakness = std::string(keystore::describe(*weakness));
  return part;
}

// Part of the documented format.
std::string_view name_of(GateOfService gate) {
  switch (gate) {
    case GateOfService::in_force: return "in-force";
    case GateOfService::lost: return "lost";
    case GateOfService::ignored: return "ignored";
    case GateOfService::not_loaded: return "not-loaded";
    case GateOfService::absent: return "absent";
  }
  __builtin_unreachable();
}

std::string_view name_of(platform::ServiceState state) {
  switch (state) {
    case platform::ServiceState::unknown: return "unknown";
    case platform::ServiceState::none: return "none";
    case platform::ServiceState::stopped: return "stopped";
    case platform::ServiceState::starting: return "starting";
    case platform::ServiceState::running: return "running";
  }
  __builtin_unreachable();
}

std::string_view name_of(BackupResult result) {
  switch (result) {
    case BackupResult::stored: return "stored";
    case BackupResult::unchanged: return "unchanged";
    case BackupResult::listed: return "listed";
    case BackupResult::whole: return "whole";
    case BackupResult::changed: return "changed";
    case BackupResult::damaged: return "damaged";
    case BackupResult::missing: return "missing";
    case BackupResult::opened: return "opened";
    case BackupResult::other_key: return "other-key";
    case BackupResult::not_opened: return "not-opened";
    case BackupResult::removed: return "removed";
    case BackupResult::still_version: return "former-version-stays";
    case BackupResult::locked: return "locked";
    case BackupResult::failed: return "failed";
  }
  __builtin_unreachable();
}

}  // namespace agent
