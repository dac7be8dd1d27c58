// SPDX-License-Identifier: ISC
#include "platform/ops_manager/local_databases.h"

namespace platform {

// Hosts with Windows report no facts.
std::optional<std::vector<LocalDatabase>> find_local_databases() { return std::nullopt; }

}  // namespace platform
