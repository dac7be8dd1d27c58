// SPDX-License-Identifier: ISC
#include "agent/gate/notes.h"

#include "agent/base/limits.h"
#include "platform/accounts/account.h"
#include "platform/files/file.h"

namespace agent {

namespace {

using platform::NewFile;
using platform::Path;
using platform::Result;

Path gate_path(const Path& state_directory) { return state_directory / "gate.json"; }
Path hook_path(const Path& state_directory) { return state_directory / "hook.json"; }

template <class Note>
std::optional<Note> load(const Path& path, Result<Note> (*decode)(std::string_view)) {
  // A note that cannot be read or understood counts as absent. Then the gate asks its peers again, which is always
  // safe.
  const auto file = platform::read_file(path, limits::note_file, platform::Links::refuse);
  if (!file) return std::nullopt;
  auto note = decode(platform::text_of(file->content));
  return note ? std::optional(*std::move(note)) : std::nullopt;
}

Result<void> save_text(const Path& path, const std::string& text) {
  return platform::install_file({.path = path,
                                 .content = platform::view_of(text),
                                 .uid = platform::current_user(),
                                 .gid = platform::current_group(),
                                 // Everybody may read the notes: monitoring runs without root and reports the last
                                 // decision.
                                 .mode = 0644,
                                 .existing = NewFile::Existing::replace});
}

}  // namespace

std::optional<GateNote> load_gate_note(const Path& state_directory) {
  return load(gate_path(state_directory), decode_gate_note);
}

std::optional<HookNote> load_hook_note(const Path& state_directory) {
  return load(hook_path(state_directory), decode_hook_note);
}

Result<void> save(const GateNote& note, const Path& state_directory) {
  return save_text(gate_path(state_directory), encode(note));
}

Result<void> save(const HookNote& note, const Path& state_directory) {
  return save_text(hook_path(state_directory), encode(note));
}

Result<void> forget_hook(const Path& state_directory) { return platform::remove_file(hook_path(state_directory)); }

}  // namespace agent
