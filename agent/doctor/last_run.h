// SPDX-License-Identifier: ISC
// What the last complete run of doctor on this host found, for `status` and monitoring.
//
// File: doctor.json in the state directory, schema "genkey-agent/doctor-note/1", written by root, readable by
// everybody. It says which findings there were, and not about what: objects and evidence are for the reader of the
// report. If the file is lost, the next complete run writes it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/doctor/finding.h"
#include "platform/base/clock.h"
#include "platform/base/path.h"
#include "platform/base/result.h"

namespace agent {

struct DoctorNote {
  platform::Time taken{};
  std::string version;              // of genkey-agent
  DoctorCounts counts{};            // of findings, of which one id can have several
  std::vector<std::string> faults;  // ids, each once
  std::vector<std::string> risks;

  bool operator==(const DoctorNote&) const = default;
};

inline std::size_t count_in(const DoctorNote& note, DoctorResult result) {
  return note.counts.at(static_cast<std::size_t>(result));
}

std::string encode(const DoctorNote& note);
/// configuration when the text is not such a note, or a member is out of its range.
platform::Result<DoctorNote> decode_doctor_note(std::string_view text);

/// Nothing when there is no note, or it cannot be read, understood or trusted.
std::optional<DoctorNote> load_doctor_note(const platform::Path& state_directory);
/// Atomic and durable. denied when the caller may not write there, not_found when there is no such directory.
platform::Result<void> save(const DoctorNote& note, const platform::Path& state_directory);

}  // namespace agent
