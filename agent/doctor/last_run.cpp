// SPDX-License-Identifier: ISC
#include "agent/doctor/last_run.h"

#include "agent/base/limits.h"
#include "platform/accounts/account.h"
#include "platform/files/file.h"

namespace agent {

namespace {

platform::Path note_path(const platform::Path& state_directory) { return state_directory / "doctor.json"; }

}  // namespace

std::optional<DoctorNote> load_doctor_note(const platform::Path& state_directory) {
  const auto file = platform::read_file(note_path(state_directory), limits::note_file, platform::Links::refuse);
  if (!file) return std::nullopt;
  auto note = decode_doctor_note(platform::text_of(file->content));
  return note ? std::optional(*std::move(note)) : std::nullopt;
}

platform::Result<void> save(const DoctorNote& note, const platform::Path& state_directory) {
  const std::string text = encode(note);
  return platform::install_file({.path = note_path(state_directory),
                                 .content = platform::view_of(text),
                                 .uid = platform::current_user(),
                                 .gid = platform::current_group(),
                                 // Monitoring reads the note through `status` and is not root.
                                 .mode = 0644,
                                 .existing = platform::NewFile::Existing::replace});
}

}  // namespace agent
