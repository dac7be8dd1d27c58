// How Ops Manager is started on this host, as a person would type it.
#pragma once

#include <optional>
#include <string>

#include "agent/config/host.h"

namespace agent {

/// "systemctl start mongodb-mms"; for an archive the start script, as the service's account with its home. Nothing
/// where no installation is known.
std::optional<std::string> start_command(const Host& host);
/// The same for one that runs.
std::optional<std::string> restart_command(const Host& host);

}  // namespace agent
