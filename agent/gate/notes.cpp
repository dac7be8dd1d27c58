// SPDX-License-Identifier: ISC
#include "agent/gate/notes.h"

#include "agent/base/limits.h"
#include "agent/base/public_note.h"
#include "platform/files/file.h"

namespace agent {

namespace {

using platform::Path;
using platform::Result;

Path gate_path(const Path& state_directory) { return state_directory / "gate.json"; }
Path hook_path(const Path& state_directory) { return state_directory / "hook.json"; }

}  // namespace

// Without the note the gate asks its peers again, which is always safe.
std::optional<GateNote> load_gate_note(const Path& state_directory) {
  return load_public_note(gate_path(state_directory), limits::note_file, decode_gate_note);
}

std::optional<HookNote> load_hook_note(const Path& state_directory) {
  return load_public_note(hook_path(state_directory), limits::note_file, decode_hook_note);
}

Result<void> save(const GateNote& note, const Path& state_directory) {
  return save_public_note(gate_path(state_directory), encode(note));
}

Result<void> save(const HookNote& note, const Path& state_directory) {
  return save_public_note(hook_path(state_directory), encode(note));
}

Result<void> forget_hook(const Path& state_directory) { return platform::remove_file(hook_path(state_directory)); }

}  // namespace agent
