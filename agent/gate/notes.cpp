#include "agent/gate/notes.h"

#include <algorithm>
#include <cstdlib>

#include "agent/base/limits.h"
#include "platform/accounts/account.h"
#include "platform/files/file.h"
#include "platform/processes/ancestors.h"

namespace agent {

namespace {

using platform::NewFile;
using platform::Path;
using platform::Result;

Path gate_path(const Path& state_directory) { return state_directory / "gate.json"; }
Path hook_path(const Path& state_directory) { return state_directory / "hook.json"; }

template <class Note>
std::optional<Note> load(const Path& path, Result<Note> (*decode)(std::string_view)) {
  const auto file = platform::read_file(path, limits::note_file, platform::Links::refuse);
  if (!file) return std::nullopt;
  auto note = decode(platform::text_of(file->content));
  return note ? std::optional(*std::move(note)) : std::nullopt;
}

Result<void> store_text(const Path& path, const std::string& text) {
  return platform::install_file({.path = path,
                                 .content = platform::view_of(text),
                                 .uid = platform::current_user(),
                                 .gid = platform::current_group(),
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

Result<void> store(const GateNote& note, const Path& state_directory) {
  return store_text(gate_path(state_directory), encode(note));
}

Result<void> store(const HookNote& note, const Path& state_directory) {
  return store_text(hook_path(state_directory), encode(note));
}

Result<void> forget_hook(const Path& state_directory) { return platform::remove_file(hook_path(state_directory)); }

std::string current_invocation() {
  // NOLINTBEGIN(concurrency-mt-unsafe): one thread
  const char* given = std::getenv("INVOCATION_ID");
  // NOLINTEND(concurrency-mt-unsafe)
  const std::string_view text = given != nullptr ? given : "";
  constexpr std::size_t length = 32;
  const bool plain = text.size() == length && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
  return plain ? std::string(text) : "";
}

std::vector<std::string> starts_of_this_process() {
  std::vector<std::string> starts = platform::ancestors();
  if (auto invocation = current_invocation(); !invocation.empty()) starts.push_back(std::move(invocation));
  return starts;
}

std::string this_start(Asked asked) {
  switch (asked) {
    case Asked::by_unit: return current_invocation();
    case Asked::by_script: break;
  }
  const auto ancestors = platform::ancestors();
  return ancestors.empty() ? "" : ancestors.front();
}

}  // namespace agent
