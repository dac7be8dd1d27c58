// SPDX-License-Identifier: ISC
#include "agent/report/status_text.h"

#include <algorithm>

#include "agent/base/text_table.h"
#include "agent/report/age.h"
#include "agent/report/doctor_status.h"
#include "agent/report/error_table.h"
#include "agent/report/peers.h"
#include "agent/report/verdict.h"
#include "platform/base/enum_count.h"

namespace agent {

namespace {

// Beyond this, only the peers that need a look are listed one by one.
constexpr std::size_t peers_listed = 12;

// Both the letters and their ground have a colour, because yellow or green letters cannot be read on a white terminal.
// Black is never bold: many terminals show bold black as grey.
std::string coloured(VerdictKind kind) {
  const char* colour = kind == VerdictKind::ok      ? "\x1b[30;42m"
                       : kind == VerdictKind::check ? "\x1b[30;43m"
                                                    : "\x1b[1;37;41m";
  return colour + std::string(word_of(kind)) + "\x1b[0m";
}

std::string first_line(const Verdict& verdict, bool colour) {
  const std::string word(word_of(verdict.kind));
  std::string line = colour ? coloured(verdict.kind) : word;
  line += "  ";
  line += wrapped(verdict.sentence, word.size() + 2, word.size() + 2);
  line += "\n";
  return line;
}

// A message that the first line has said already is not said twice: its steps stand below that line.
std::string paragraphs(const Report& status, const std::string& said, bool remarks) {
  std::string text;
  for (const Message& message : status.warnings) {
    if (message.remark != remarks) continue;
    if (message.text == said) {
      if (!message.steps.empty()) text.insert(0, for_terminal({"", message.steps}, 0).substr(1) + "\n");
    } else {
      text += "\n" + for_terminal(message, 0) + "\n";
    }
  }
  return text;
}

void add_key(const Report& status, LabelledRows& rows) {
  const KeyPart& key = *status.key;
  const bool absent = key.state == keystore::KeyState::absent;
  rows.add("key", (absent ? "missing: " : "") + key.file.string());
  if (!key.record) {
    if (key.unreadable_record) return rows.add("key", "the record cannot be read");
    return absent ? void() : rows.add("key", "not recorded");
  }
  const keystore::Record& record = *key.record;
  // Without a key nothing stands; the record says which one is missing.
  rows.add("key", (absent ? "recorded" : std::string(keystore::name_of(key.standing))) + ", generation " +
                      std::to_string(record.generation) + ", " + std::string(keystore::name_of(record.origin)) + " " +
                      age_text(record.installed, status.status->taken));
  rows.add("key", "fleet " + record.fleet.hex());
}

std::string result_of(const PeerVerdict& peer) {
  std::string result(name_of(peer.result));
  return peer.introduced_by == Introduction::itself ? result + " (introduced itself)" : result;
}

void add_peers(const Report& status, bool verbose, LabelledRows& rows) {
  const auto peers = status.peers.value_or(std::vector<PeerVerdict>());
  const platform::Time now = status.status->taken;
  std::vector<std::vector<std::string>> cells;
  std::size_t agreeing = 0;
  for (const PeerVerdict& peer : peers) {
    if (peer.result == PeerResult::self) continue;
    if (peer.agrees() && !verbose && peers.size() > peers_listed) {
      ++agreeing;
      continue;
    }
    cells.push_back({short_name(peer, peers), result_of(peer), peer.when ? age_text(*peer.when, now) : ""});
    if (verbose && peer.name != peer.address) cells.back().push_back(peer.address);
  }
  for (const std::string& address : status.status->never_asked) cells.push_back({address, "never asked"});
  for (const std::string& line : aligned(cells)) rows.add("peers", line);
  if (agreeing > 0) rows.add("peers", std::to_string(agreeing) + " more agree");
  if (cells.empty() && agreeing == 0) rows.add("peers", "none known");
}

std::string decision_of(const GateNote& note, platform::Time now) {
  std::string said = note.allowed ? "allowed" : "refused";
  if (note.overridden) said += " by an override";
  said += " " + age_text(note.decided, now);
  if (!note.allowed && !note.reasons.empty()) said += ": " + std::string(describe(note.reasons.front()));
  return wrapped(said, LabelledRows::label_width, LabelledRows::label_width);
}

// Ahead of the names of services. What needs a person is in capitals, because a table has no colours.
std::string_view words_for(GateOfService gate) {
  switch (gate) {
    case GateOfService::in_force: return "in force for ";
    case GateOfService::lost: return "NOT IN FORCE for ";
    case GateOfService::ignored: return "NOT OBEYED by ";
    case GateOfService::not_loaded: return "NOT LOADED for ";
    case GateOfService::absent: return "not asked by ";
  }
  __builtin_unreachable();
}

void add_gate(const StatusPart& part, LabelledRows& rows) {
  rows.add("gate", part.last_gate ? decision_of(*part.last_gate, part.taken) : "never asked on this host");
  for (const GateOfService gate : platform::all_of<GateOfService>()) {
    // Where the hook asks at every start, the unit need not.
    if (gate == GateOfService::absent && part.hook && part.hook->in_force) continue;
    std::string names;
    for (const GatedService& service : part.services) {
      if (service.gate == gate) names += (names.empty() ? "" : ", ") + service.name;
    }
    if (!names.empty()) rows.add("gate", std::string(words_for(gate)) + names);
  }
}

void add_listener(const StatusPart& part, LabelledRows& rows) {
  if (!part.listener) return;
  switch (*part.listener) {
    case platform::ServiceState::running: return rows.add("listener", "running");
    case platform::ServiceState::starting: return rows.add("listener", "starting");
    case platform::ServiceState::stopped: return rows.add("listener", "NOT RUNNING");
    case platform::ServiceState::unknown:
    case platform::ServiceState::none: return;
  }
  __builtin_unreachable();
}

void add_start(const StatusPart& part, LabelledRows& rows) {
  // An ordinary user may not see the process of another account.
  std::string service = part.service ? "started " + age_text(part.service->started, part.taken) : "not seen running";
  if (part.restart_needed) service += ", RESTART NEEDED";
  rows.add("Ops Manager", service);
  add_gate(part, rows);
  if (!part.hook) return;
  const char* state = part.hook->in_force ? "in force in " : part.hook->present ? "NOT IN FORCE in " : "MISSING from ";
  rows.add("hook", state + part.hook->file.string());
}

void add_backups(const Report& status, LabelledRows& rows) {
  const platform::Time now = status.status->taken;
  const BackupHealth& health = *status.backup_health;
  if (!health.configured) return rows.add("backups", "none configured");
  for (const DestinationHealth& each : health.destinations) {
    rows.add("backups", each.destination);
    std::string line = each.seen ? "seen " + age_text(*each.seen, now) : "no copy of this key";
    if (each.seen) line += each.drilled ? ", opened " + age_text(*each.drilled, now) : ", never opened";
    if (each.settings_seen) line += "; settings seen " + age_text(*each.settings_seen, now);
    rows.add("backups", "  " + line);
  }
}

void add_doctor(const StatusPart& part, LabelledRows& rows) {
  if (!part.doctor) return;
  const std::string said = age_text(part.doctor->taken, part.taken) + ": " + result_with_ids(*part.doctor);
  rows.add("doctor", wrapped(said, LabelledRows::label_width, LabelledRows::label_width));
}

void add_details(const Report& status, LabelledRows& rows) {
  const StatusPart& part = *status.status;
  rows.add("owner", part.owner);
  rows.add("state", part.state_directory.string());
  rows.add("version", "genkey-agent " + part.version + ", " + part.layout + " installation");
  if (!status.roster) return;
  for (const Peer& peer : status.roster->peers) rows.add("pins", peer.name + "  " + peer.pin.text());
}

std::string table_of(const Report& status, bool verbose) {
  const StatusPart& part = *status.status;
  LabelledRows rows;
  rows.add("host", part.host);
  add_key(status, rows);
  add_peers(status, verbose, rows);
  add_listener(part, rows);
  add_start(part, rows);
  if (status.backup_health) add_backups(status, rows);
  add_doctor(part, rows);
  if (part.displaced > 0)
    rows.add("displaced", std::to_string(part.displaced) +
                              (part.displaced == 1 ? " former key in " : " former keys in ") +
                              (part.state_directory / "displaced").string());
  if (verbose) add_details(status, rows);
  return rows.text();
}

}  // namespace

std::string status_text(const Report& status, const StatusStyle& style) {
  const Verdict verdict = verdict_of(status);
  std::string text = first_line(verdict, style.colour);
  if (style.quiet) return text;
  text += paragraphs(status, verdict.sentence, false);
  text += "\n";
  text += table_of(status, style.verbose);
  text += paragraphs(status, verdict.sentence, true);
  return text;
}

}  // namespace agent
