// SPDX-License-Identifier: ISC
// What the commands of the group "config" share with their JSON.
#pragma once

#include <vector>

#include "agent/config/effective_settings.h"
#include "agent/report/report.h"

namespace agent::commands {

/// The member "settings" of `config show`, as agent/report/json.md describes it.
OwnMember settings_member(const std::vector<Setting>& settings);

}  // namespace agent::commands
