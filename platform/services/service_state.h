// SPDX-License-Identifier: ISC
// What the system's service manager says about a service: systemd about a unit, or the service control manager of
// Windows.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "platform/base/result.h"

namespace platform {

enum class ServiceState : std::uint8_t {
  unknown,  // there is no service manager, or it does not answer
  none,     // there is no such service
  stopped,
  starting,  // also when the manager is about to start it again
  running,
};

/// Takes at most a few seconds.
ServiceState state_of_service(const std::string& name);

/// Restarts the service and waits until it runs. io with the manager's reason.
Result<void> restart_service(const std::string& name);

/// The words that restart it, as an administrator types them.
std::string restart_command_of(const std::string& name);

}  // namespace platform
