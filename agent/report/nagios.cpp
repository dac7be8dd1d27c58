#include "agent/report/nagios.h"

#include <array>

#include "agent/report/escaped.h"

namespace agent {

NagiosResult to_nagios(const Report& status) {
  static constexpr std::array<const char*, 4> words = {"OK", "WARNING", "CRITICAL", "UNKNOWN"};
  const int code = status.code == exit_done                                  ? 0
                   : status.code == exit_attention                           ? 1
                   : status.code == exit_failed || status.code == exit_usage ? 3
                                                                             : 2;
  const std::string what =
      status.warnings.empty() || code == 0 ? "gen.key is as it should be" : status.warnings.front();
  return {code, std::string("GENKEY ") + words.at(static_cast<std::size_t>(code)) + " - " + escaped(what)};
}

}  // namespace agent
