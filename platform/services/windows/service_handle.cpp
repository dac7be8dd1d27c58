// SPDX-License-Identifier: ISC
#include "platform/services/windows/service_handle.h"

#include "platform/base/windows/system_error.h"
#include "platform/base/windows/text.h"

namespace platform::windows {

Result<ServiceHandle> open_manager(DWORD access) {
  ServiceHandle manager(OpenSCManagerW(nullptr, nullptr, access));
  if (!manager.valid()) return fail_code("cannot reach the service control manager");
  return manager;
}

Result<std::optional<ServiceHandle>> open_service(const ServiceHandle& manager, const std::string& name, DWORD access) {
  ServiceHandle service(OpenServiceW(manager.get(), wide(name).c_str(), access));
  if (service.valid()) return std::optional(std::move(service));
  // An absent service is an answer, not a failure.
  if (GetLastError() == ERROR_SERVICE_DOES_NOT_EXIST) return std::optional<ServiceHandle>();
  return fail_code("cannot open the service " + name);
}

Result<ServiceHandle> existing_service(const ServiceHandle& manager, const std::string& name, DWORD access) {
  auto service = TRY(open_service(manager, name, access));
  if (service) return *std::move(service);
  return fail(ErrorKind::not_found, "there is no service " + name + "; 'genkey-agent service install' makes it");
}

Result<ServiceConfiguration> configuration_of(const ServiceHandle& service, const std::string& name) {
  constexpr DWORD most = 8192;  // the largest answer, by the documentation of QueryServiceConfigW
  ServiceConfiguration configuration{std::vector<std::byte>(most)};
  DWORD needed = 0;
  auto* const config = reinterpret_cast<QUERY_SERVICE_CONFIGW*>(configuration.bytes.data());
  if (QueryServiceConfigW(service.get(), config, most, &needed) == 0)
    return fail_code("cannot read the settings of the service " + name);
  return configuration;
}

Result<DWORD> state_of(const ServiceHandle& service) {
  SERVICE_STATUS status{};
  if (QueryServiceStatus(service.get(), &status) == 0) return fail_code("cannot ask how a service does");
  return status.dwCurrentState;
}

}  // namespace platform::windows
