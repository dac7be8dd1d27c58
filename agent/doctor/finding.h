// SPDX-License-Identifier: ISC
// What doctor found about one object: a host, a URL, a database or a store. Everything else that can be said about a
// finding, whatever the object, is in the catalogue.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "agent/base/names.h"
#include "platform/base/enum_count.h"

namespace agent {

enum class DoctorResult : std::uint8_t {
  fault,     // broken or unsafe now, with evidence
  risk,      // works, but would not survive a failure, or probably does not do what was meant
  unknown,   // could not be checked: `needs` says what is missing
  note,      // worth knowing, harmless or normal in some installations
  accepted,  // found, and listed in [doctor.ignore]
  ok,        // checked and right, or attested
};
inline constexpr Names<DoctorResult> doctor_results("fault", "risk", "unknown", "note", "accepted", "ok");

/// How many findings have each result.
using DoctorCounts = std::array<std::size_t, platform::enum_count<DoctorResult>()>;

/// What only a person can say, in the configuration: the `needs` of such a finding.
inline constexpr const char* needs_attestation = "a person who attests it";

struct DoctorFinding {
  std::string_view id;  // "HA103", of the catalogue
  DoctorResult result = DoctorResult::unknown;
  std::string object;         // "om1", "https://opsmanager.example.com"; never a secret, a URI or a line of a log
  std::string evidence = {};  // what was seen, in one sentence without a full stop
  std::string fix = {};       // as in the catalogue (catalogue.h), whose fix counts if this is empty
  std::string needs = {};     // of an unknown one: what is missing, as a person can provide it
  std::string reason = {};    // of `ignore` or `attested`
  bool operator==(const DoctorFinding&) const = default;
};

}  // namespace agent
