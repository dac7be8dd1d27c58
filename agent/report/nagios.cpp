// SPDX-License-Identifier: ISC
#include "agent/report/nagios.h"

#include <array>

#include "agent/report/age.h"
#include "agent/report/doctor_status.h"

namespace agent {

namespace {

// What stands behind a bar is performance data to Nagios, and what stands behind a line end may be too. Names of peers
// and words of other programs can have both.
NagiosResult result_of(int code, std::string text) {
  static constexpr std::array<const char*, 4> words = {"OK", "WARNING", "CRITICAL", "UNKNOWN"};
  for (char& c : text) {
    if (c == '|') c = '/';
    if (const auto byte = static_cast<unsigned char>(c); byte < ' ' || byte == 0x7f) c = ' ';
  }
  return {code, std::string("GENKEY ") + words.at(static_cast<std::size_t>(code)) + " - " + text};
}

// It never changes the code, which is about the key: an old run proves nothing about today.
std::string doctor_of(const Report& status) {
  if (!status.status || !status.status->doctor) return "";
  const DoctorNote& note = *status.status->doctor;
  return "; doctor " + age_text(note.taken, status.status->taken) + ": " + brief_result(note);
}

}  // namespace

NagiosResult to_nagios(const Report& status) {
  // A failed command knows nothing about the key, so it is UNKNOWN and not CRITICAL. Everything that is known to be
  // wrong with the key is CRITICAL.
  const int code = status.code == exit_done                                  ? 0
                   : status.code == exit_attention                           ? 1
                   : status.code == exit_failed || status.code == exit_usage ? 3
                                                                             : 2;
  // Nagios shows one line. The first warning is the most important one, because checks run in that order.
  const bool is_right = status.warnings.empty() || code == 0;
  return result_of(
      code, (is_right ? "gen.key is as it should be" : on_one_line(status.warnings.front())) + doctor_of(status));
}

// UNKNOWN, because any other code would be taken for a verdict on the key.
NagiosResult to_nagios(const platform::Error& error) { return result_of(3, error.message); }

}  // namespace agent
