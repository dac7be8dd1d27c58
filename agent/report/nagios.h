// SPDX-License-Identifier: ISC
// Status as the one line and the code that Nagios and its relatives take from a check.
#pragma once

#include <string>

#include "agent/report/report.h"
#include "platform/base/result.h"

namespace agent {

struct NagiosResult {
  int code;  // 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN
  std::string line;
};
NagiosResult to_nagios(const Report& status);
/// For a status that failed: UNKNOWN.
NagiosResult to_nagios(const platform::Error& error);

}  // namespace agent
