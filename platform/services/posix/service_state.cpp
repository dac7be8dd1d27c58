// SPDX-License-Identifier: ISC
#include "platform/services/service_state.h"

#include "platform/services/posix/systemctl.h"

namespace platform {

namespace {

constexpr std::chrono::seconds time_to_answer{5};
// Longer than TimeoutStartSec= of the unit.
constexpr std::chrono::seconds time_to_restart{60};

std::string unit(const std::string& name) { return name + ".service"; }

}  // namespace

ServiceState state_of_service(const std::string& name) {
  const auto said = posix::systemctl({"show", "--property=LoadState,ActiveState", unit(name)}, time_to_answer);
  // Also where systemd is installed and did not boot this system, as in a container.
  return said ? posix::state_in(*said) : ServiceState::unknown;
}

std::optional<ServiceStart> start_of_service(const std::string& name) {
  const auto said = posix::systemctl(
      {"show", "--property=LoadState,NeedDaemonReload,DropInPaths,ExecStartPre", unit(name)}, time_to_answer);
  return said ? posix::start_in(*said) : std::nullopt;
}

std::optional<ServiceSetting> setting_of_service(const std::string& name) {
  const auto said =
      posix::systemctl({"show", "--property=LoadState,UnitFileState,ActiveState", unit(name)}, time_to_answer);
  return said ? posix::setting_in(*said) : std::nullopt;
}

Result<void> restart_service(const std::string& name) {
  TRY(posix::systemctl({"restart", unit(name)}, time_to_restart));
  return {};
}

std::string restart_command_of(const std::string& name) { return "systemctl restart " + name; }

std::string start_command_of(const std::string& name) { return "systemctl start " + name; }

}  // namespace platform
