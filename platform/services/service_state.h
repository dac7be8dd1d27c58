// SPDX-License-Identifier: ISC
// What the system's service manager says about a service: systemd about a unit, or the service control manager of
// Windows.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

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

/// What the manager runs before it starts a service, as it will at the next start.
struct ServiceStart {
  struct Before {
    std::string line;              // the command, its words parted by blanks
    bool failure_ignored = false;  // the service starts all the same
    bool operator==(const Before&) const = default;
  };
  std::vector<Before> before;
  std::vector<std::string> drop_ins;  // paths of files that add to the unit
  bool is_outdated = false;           // the unit's files have changed since the manager read them
  bool operator==(const ServiceStart&) const = default;
};

/// Of a unit of systemd. Nothing when there is no such unit, or systemd does not answer; always on Windows, where a
/// service depends on others instead.
std::optional<ServiceStart> start_of_service(const std::string& name);

/// How the manager's administrator has set a service, and how it is, in the manager's own words: "enabled" and
/// "active" (systemctl(1), is-enabled).
struct ServiceSetting {
  std::string enabled;
  std::string active;
  bool operator==(const ServiceSetting&) const = default;
};
/// Of a unit of systemd. Nothing when there is no such unit, or systemd does not answer; always on Windows.
std::optional<ServiceSetting> setting_of_service(const std::string& name);

/// Restarts the service and waits until it runs. io with the manager's reason.
Result<void> restart_service(const std::string& name);

/// The words that restart or start it, as an administrator types them.
std::string restart_command_of(const std::string& name);
std::string start_command_of(const std::string& name);

}  // namespace platform
