// SPDX-License-Identifier: ISC
#include "agent/report/nagios.h"

#include <array>

#include "agent/report/escaped.h"

namespace agent {

NagiosResult to_nagios(const Report& status) {
  static constexpr std::array<const char*, 4> words = {"OK", "WARNING", "CRITICAL", "UNKNOWN"};
  // A failed command knows nothing about the key, so it is UNKNOWN and not CRITICAL. Everything that is known to be
  // wrong with the key is CRITICAL.
  const int code = status.code == exit_done                                  ? 0
                   : status.code == exit_attention                           ? 1
                   : status.code == exit_failed || status.code == exit_usage ? 3
                                                                             : 2;
  // Nagios shows one line. The first warning is the most important one, because checks run in that order.
  const std::string what =
      status.warnings.empty() || code == 0 ? "gen.key is as it should be" : status.warnings.front();
  return {code, std::string("GENKEY ") + words.at(static_cast<std::size_t>(code)) + " - " + escaped(what)};
}

}  // namespace agent
