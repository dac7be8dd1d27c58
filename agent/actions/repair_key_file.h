// SPDX-License-Identifier: ISC
// Looks at the key file as the service will, and repairs what the gate and `ensure` may repair: its owner and rights,
// never its content.
#pragma once

#include <string>
#include <vector>

#include "agent/config/host.h"
#include "agent/report/report.h"
#include "platform/audit/audit.h"

namespace agent {

struct Repaired {
  platform::KeyFileAudit audit;      // as it is afterwards
  std::vector<std::string> changed;  // sentences
};

/// Repairs what the service cannot read or a stranger can write, as far as this process may. What it cannot repair
/// stays a finding. A dry run repairs nothing.
platform::Result<Repaired> repair_what_is_broken(const Host& host);

/// A warning for each finding that should not stay, with the command that fixes it.
void warn_of_findings(Report& report, const Host& host, const std::vector<platform::Finding>& findings);

}  // namespace agent
