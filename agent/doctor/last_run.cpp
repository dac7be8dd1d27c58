// SPDX-License-Identifier: ISC
#include "agent/doctor/last_run.h"

#include "agent/base/limits.h"
#include "agent/base/public_note.h"

namespace agent {

namespace {

platform::Path note_path(const platform::Path& state_directory) { return state_directory / "doctor.json"; }

}  // namespace

std::optional<DoctorNote> load_doctor_note(const platform::Path& state_directory) {
  return load_public_note(note_path(state_directory), limits::note_file, decode_doctor_note);
}

platform::Result<void> save(const DoctorNote& note, const platform::Path& state_directory) {
  return save_public_note(note_path(state_directory), encode(note));
}

}  // namespace agent
