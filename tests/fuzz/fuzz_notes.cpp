// SPDX-License-Identifier: ISC
// The notes of the gate, of the hook, of doctor and of backups, and mms.conf with and without the hook's line. A disk
// or a person may have damaged any of them.
#include "agent/backups/notes.h"
#include "agent/doctor/last_run.h"
#include "agent/gate/hook_line.h"
#include "agent/gate/notes.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = tests::text_of(data, size);
  if (const auto note = agent::decode_gate_note(text)) {
    const auto again = agent::decode_gate_note(agent::encode(*note));
    tests::require(again && *again == *note);
  }
  if (const auto note = agent::decode_hook_note(text)) {
    const auto again = agent::decode_hook_note(agent::encode(*note));
    tests::require(again && *again == *note);
  }
  if (const auto note = agent::decode_doctor_note(text)) {
    const auto again = agent::decode_doctor_note(agent::encode(*note));
    tests::require(again && *again == *note);
  }
  if (const auto notes = agent::decode_backup_notes(text)) {
    const auto again = agent::decode_backup_notes(agent::encode(*notes));
    tests::require(again && *again == *notes);
  }
  static const std::string line = *agent::hook_line({.program = "/usr/bin/genkey-agent", .options = ""});
  const std::string bare = agent::without_hook(text);
  tests::require(!agent::has_hook(bare));
  if (const auto whole = agent::with_hook(bare, line, "mms.conf")) {
    tests::require(agent::has_hook(*whole) && whole->starts_with(bare));
    tests::require(agent::without_hook(*whole) == bare);
  }
  return 0;
}
