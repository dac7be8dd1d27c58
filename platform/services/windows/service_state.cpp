// SPDX-License-Identifier: ISC
#include "platform/services/service_state.h"

#include "platform/base/windows/system.h"
#include "platform/services/service_manager.h"
#include "platform/services/windows/service_handle.h"

namespace platform {

ServiceState state_of_service(const std::string& name) {
  const auto manager = windows::open_manager(SC_MANAGER_CONNECT);
  if (!manager) return ServiceState::unknown;
  const auto service = windows::open_service(*manager, name, SERVICE_QUERY_STATUS);
  if (!service) return ServiceState::unknown;
  if (!*service) return ServiceState::none;
  SERVICE_STATUS status{};
  if (QueryServiceStatus((*service)->get(), &status) == 0) return ServiceState::unknown;
  switch (status.dwCurrentState) {
    case SERVICE_RUNNING: return ServiceState::running;
    case SERVICE_START_PENDING: return ServiceState::starting;
    // After an exit code other than 0 the manager starts it again.
    default: return status.dwWin32ExitCode == NO_ERROR ? ServiceState::stopped : ServiceState::starting;
  }
}

std::optional<ServiceStart> start_of_service(const std::string& /*name*/) { return std::nullopt; }

std::optional<ServiceSetting> setting_of_service(const std::string& /*name*/) { return std::nullopt; }

Result<void> restart_service(const std::string& name) {
  TRY(stop_service(name));
  return start_service(name);
}

std::string restart_command_of(const std::string& name) { return "net stop " + name + " & net start " + name; }

std::string start_command_of(const std::string& name) { return "net start " + name; }

}  // namespace platform
