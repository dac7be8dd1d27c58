// SPDX-License-Identifier: ISC
// The first line of a status: what a person has to know within seconds. Made from the report alone, and therefore from
// what this host knows: nobody is asked.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "agent/report/report.h"

namespace agent {

enum class VerdictKind : std::uint8_t {
  ok,         // the status code is 0
  no_key,     // there is no key file
  wrong_key,  // the key is not the recorded one, not a key, outdated, or the gate holds it for a wrong one
  check,      // anything else that needs a look
};
/// "ok", "no-key", "wrong-key", "check": for JSON.
std::string_view name_of(VerdictKind kind);
/// "OK", "NO KEY", "WRONG KEY", "CHECK": for people.
std::string_view word_of(VerdictKind kind);

struct Verdict {
  VerdictKind kind = VerdictKind::check;
  std::string sentence;  // "key agrees with 2 of 2 peers (12 min ago)"
};

/// The report has to be a complete status.
Verdict verdict_of(const Report& status);

}  // namespace agent
