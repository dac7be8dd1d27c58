// SPDX-License-Identifier: ISC
#include "agent/report/json.h"

#include <nlohmann/json.hpp>

#include "agent/report/advice.h"
#include "agent/report/verdict.h"
#include "platform/base/enum_count.h"

namespace agent {

namespace {

// Ordered, because people read this output too and look for the verdict first.
using nlohmann::ordered_json;

// These words are part of the documented format. They differ from the sentences for people, so that those can be
// improved.
std::string_view name_of(keystore::KeyState state) {
  switch (state) {
    case keystore::KeyState::absent: return "absent";
    case keystore::KeyState::present: return "present";
    case keystore::KeyState::invalid: return "invalid";
    case keystore::KeyState::unsafe: return "unsafe";
    case keystore::KeyState::unreadable: return "unreadable";
  }
  __builtin_unreachable();
}

std::string_view name_of(platform::Severity severity) {
  switch (severity) {
    case platform::Severity::note: return "note";
    case platform::Severity::too_open: return "too-open";
    case platform::Severity::broken: return "broken";
  }
  __builtin_unreachable();
}

ordered_json part(const KeyPart& key) {
  ordered_json object = {{"file", key.file.string()}, {"state", name_of(key.state)}};
  // null and not left out: a reader can tell "not weak" from a version that does not know.
  object["weakness"] = key.weakness ? ordered_json(*key.weakness) : ordered_json();
  object["recorded"] = key.is_recorded;
  object["standing"] = keystore::name_of(key.standing);
  // Without a record there is no fleet or generation. Zeroes would look like data.
  if (!key.record) return object;
  object["fleet"] = key.record->fleet.hex();
  object["generation"] = key.record->generation;
  object["origin"] = keystore::name_of(key.record->origin);
  object["installed"] = platform::format_time(key.record->installed);
  return object;
}

ordered_json part(const PeerVerdict& peer) {
  ordered_json object = {{"address", peer.address}, {"result", name_of(peer.result)}, {"name", peer.name}};
  // The pin that answers. A person needs it to pin a host that was made anew.
  const auto& shown = peer.shown ? peer.shown : peer.pin;
  object["pin"] = shown ? ordered_json(shown->text()) : ordered_json();
  // Three answers: known, unknown, or that nobody showed a pin.
  object["identity"] =
      !peer.shown ? ordered_json() : ordered_json(peer.is_stranger() || peer.is_new ? "unknown" : "known");
  // null for an address where nobody has ever proved the key.
  object["acquaintance"] = peer.introduced_by ? ordered_json(name_of(*peer.introduced_by)) : ordered_json();
  object["standing"] =
      // A peer that did not answer has a default here, which must not pass for what it said.
      shows_standing(peer.result) ? ordered_json(keystore::name_of(peer.standing)) : ordered_json();
  if (peer.claim) {
    object["fleet"] = peer.claim->fleet.hex();
    object["generation"] = peer.claim->generation;
  }
  if (peer.when) object["asked"] = platform::format_time(*peer.when);
  if (!peer.detail.empty()) object["detail"] = peer.detail;
  if (!peer.news.empty()) object["news"] = peer.news;
  return object;
}

ordered_json part(const platform::Finding& finding) {
  return {{"kind", platform::name_of(finding.kind)},
          {"severity", name_of(finding.severity)},
          {"path", finding.path.string()},
          {"expected", finding.expected},
          {"found", finding.found}};
}

ordered_json part(const GatePart& gate) {
  ordered_json reasons = ordered_json::array();
  // Scripts compare the word, logs show the sentence.
  for (const Reason reason : gate.reasons) reasons.push_back({{"reason", name_of(reason)}, {"text", describe(reason)}});
  return {{"policy", policy_names.of(gate.policy)},
          {"allowed", gate.allowed},
          {"overridden", gate.overridden},
          {"reasons", std::move(reasons)}};
}

ordered_json part(const IdentityPart& identity) {
  return {{"name", identity.name}, {"address", identity.address}, {"pin", identity.pin.text()}};
}

ordered_json names_of(const std::vector<Reason>& reasons) {
  ordered_json names = ordered_json::array();
  for (const Reason reason : reasons) names.push_back(name_of(reason));
  return names;
}

ordered_json part(const GateNote& note) {
  return {{"decided", platform::format_time(note.decided)},
          {"allowed", note.allowed},
          {"overridden", note.overridden},
          {"code", note.code},
          {"reasons", names_of(note.reasons)}};
}

ordered_json part(const HookPart& hook) {
  // Both, because a line that is present may still never be run.
  return {{"file", hook.file.string()}, {"present", hook.present}, {"in_force", hook.in_force}};
}

ordered_json part(const std::vector<GatedService>& services) {
  ordered_json array = ordered_json::array();
  for (const GatedService& service : services)
    array.push_back({{"name", service.name}, {"gate", name_of(service.gate)}});
  return array;
}

ordered_json part(const StatusPart& status) {
  ordered_json object = {{"layout", status.layout},
                         {"owner", status.owner},
                         {"state_directory", status.state_directory.string()},
                         {"restart_needed", status.restart_needed},
                         {"preflight_off", status.preflight_off},
                         {"locked_memory", status.locked_memory},
                         {"unknown_failures", status.unknown_failures}};
  object["last_verify"] =
      status.last_verify ? ordered_json(platform::format_time(*status.last_verify)) : ordered_json();
  // null means that no process was seen. An ordinary user may not see a process that runs.
  object["ops_manager"] = status.service ? ordered_json{{"process", status.service->process},
                                                        {"started", platform::format_time(status.service->started)}}
                                         : ordered_json();
  object["last_gate"] = status.last_gate ? part(*status.last_gate) : ordered_json();
  object["displaced_keys"] = status.displaced;
  // null where no service manager runs a listener of this host.
  object["listener"] = status.listener ? ordered_json(agent::name_of(*status.listener)) : ordered_json();
  object["services"] = part(status.services);
  object["hook"] = status.hook ? part(*status.hook) : ordered_json();
  return object;
}

ordered_json part(const DoctorNote& note) {
  ordered_json counts;
  for (const DoctorResult result : platform::all_of<DoctorResult>())
    counts[std::string(doctor_results.of(result))] = count_in(note, result);
  return {{"taken", platform::format_time(note.taken)},
          {"counts", std::move(counts)},
          {"faults", note.faults},
          {"risks", note.risks}};
}

ordered_json part(const Verdict& verdict) { return {{"result", name_of(verdict.kind)}, {"text", verdict.sentence}}; }

ordered_json part(const Peer& peer) {
  ordered_json object = {{"pin", peer.pin.text()},
                         {"name", peer.name},
                         {"address", peer.address()},
                         {"addresses", peer.addresses},
                         {"acquaintance", name_of(peer.introduced_by)},
                         {"seen", platform::format_time(peer.seen)},
                         {"last_result", peer.last ? name_of(peer.last->result) : ""}};
  // null as long as this host has not asked it.
  object["last_asked"] = peer.last ? ordered_json(platform::format_time(peer.last->when)) : ordered_json();
  // null as long as the peer can prove the key.
  object["drifted"] = peer.drifted ? ordered_json(platform::format_time(*peer.drifted)) : ordered_json();
  return object;
}

ordered_json part(const Removed& removed) {
  ordered_json object = {{"name", removed.name}, {"when", platform::format_time(removed.when)}};
  // null when only an address was removed.
  object["pin"] = removed.pin ? ordered_json(removed.pin->text()) : ordered_json();
  object["addresses"] = removed.addresses;
  return object;
}

ordered_json time_or_null(const std::optional<platform::Time>& time) {
  return time ? ordered_json(platform::format_time(*time)) : ordered_json();
}

ordered_json part(const BackupPart& backup) {
  ordered_json object = {{"destination", backup.destination},
                         {"name", backup.name},
                         {"result", name_of(backup.result)},
                         {"own", backup.own}};
  // Only what applies: a destination that failed has neither size nor time.
  if (backup.size) object["size"] = *backup.size;
  if (backup.stored) object["stored"] = platform::format_time(*backup.stored);
  if (!backup.detail.empty()) object["detail"] = backup.detail;
  return object;
}

ordered_json part(const DestinationHealth& health) {
  return {
      {"destination", health.destination},       {"name", health.name ? ordered_json(*health.name) : ordered_json()},
      {"stored", time_or_null(health.stored)},   {"seen", time_or_null(health.seen)},
      {"drilled", time_or_null(health.drilled)}, {"stale", health.stale},
      {"drill_stale", health.drill_stale},       {"settings_seen", time_or_null(health.settings_seen)},
      {"settings_stale", health.settings_stale}};
}

template <class Part>
ordered_json list(const std::vector<Part>& parts) {
  ordered_json all = ordered_json::array();
  for (const Part& one : parts) all.push_back(part(one));
  return all;
}

ordered_json part(const BackupHealth& health) {
  ordered_json object = {{"configured", health.configured}};
  object["destinations"] = list(health.destinations);
  return object;
}

// Paths may hold bytes that are not UTF-8. The library would throw, and a report without a path is better than none.
std::string dumped(const ordered_json& object) {
  return object.dump(2, ' ', false, ordered_json::error_handler_t::replace);
}

// "genkey-agent/peers-list/1"
std::string schema_of(std::string_view what) {
  std::string name(what);
  for (char& c : name) c = c == ' ' ? '-' : c;
  return "genkey-agent/" + name + "/1";
}

}  // namespace

OwnMember text_member(std::string name, const std::string& text) {
  return {std::move(name), dumped(ordered_json(text))};
}

std::string to_json(const Report& report, const Options& options) {
  ordered_json object = {{"schema", schema_of(options.table.name_of(report.command))}, {"exit", int{report.code}}};
  // Only for commands that can change something, so that "false" always means that nothing was changed.
  if (report.changed) object["changed"] = *report.changed;
  if (report.key) object["key"] = part(*report.key);
  if (report.gate) object["gate"] = part(*report.gate);
  if (report.identity) object["identity"] = part(*report.identity);
  if (report.hook) object["hook"] = part(*report.hook);
  if (report.status) object["status"] = part(*report.status);
  if (report.status) object["verdict"] = part(verdict_of(report));
  // null before doctor's first complete run on this host.
  if (report.status) object["doctor"] = report.status->doctor ? part(*report.status->doctor) : ordered_json();
  if (report.peers) object["peers"] = list(*report.peers);
  if (report.roster) object["roster"] = list(report.roster->peers);
  if (report.roster && report.roster->removed) object["removed"] = list(*report.roster->removed);
  if (report.findings) object["findings"] = list(*report.findings);
  if (report.displaced) object["displaced"] = report.displaced->string();
  if (report.backups) object["backups"] = list(*report.backups);
  if (report.backup_health) object["backups"] = part(*report.backup_health);
  // Already JSON, made where the command is, so that this file need not know what each command adds.
  for (const OwnMember& own : report.own_members) object[own.name] = ordered_json::parse(own.json);
  // Always there, even if empty, so that a script can test it without asking for the member first.
  object["warnings"] = ordered_json::array();
  for (const Message& warning : report.warnings) object["warnings"].push_back(on_one_line(warning));
  return dumped(object);
}

std::string error_to_json(const platform::Error& error, const Options& options) {
  const ordered_json object = {{"schema", "genkey-agent/error/1"},
                               {"exit", int{exit_code_for(error.kind)}},
                               {"command", options.table.name_of(options.command)},
                               {"error", name_of(error.kind)},
                               {"message", error.message},
                               // The member's name is part of the documented format, so it stays.
                               {"mend", on_one_line(steps_for(error, options))}};
  return dumped(object);
}

}  // namespace agent
