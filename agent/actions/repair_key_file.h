// Looking at the key file as the service will, and repairing what the gate and `ensure` repair.
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

/// Repairs what the service cannot read or a stranger can write, where this process may; nothing in a dry run.
platform::Result<Repaired> repair_what_is_broken(const Host& host);

/// A warning for each finding that should not stay, with the command that fixes it.
void warn_of_findings(Report& report, const Host& host, const std::vector<platform::Finding>& findings);

}  // namespace agent
