// SPDX-License-Identifier: ISC
// Facts of the processes of Ops Manager, its units, its package and its start logs, and this host's names and
// addresses.
#pragma once

#include <optional>
#include <vector>

#include "agent/config/host.h"
#include "agent/doctor/fact_list.h"
#include "platform/base/clock.h"
#include "platform/ops_manager/running_service.h"
#include "platform/ops_manager/start_log.h"

namespace agent {

/// Starts systemctl and the package manager.
void add_service_facts(const Host& host, FactList& facts);

/// `parts` is nothing where processes cannot be seen. Pure.
void add_running_facts(const std::optional<std::vector<platform::RunningPart>>& parts, platform::Time now,
                       FactList& facts);

/// A refusal is over, too, when that part of Ops Manager runs now: it has passed its checks since. Pure.
void add_log_facts(const platform::StartLogs& logs, const std::optional<std::vector<platform::RunningPart>>& parts,
                   FactList& facts);

}  // namespace agent
