// SPDX-License-Identifier: ISC
// An open service of the service control manager, and the queries about it.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "platform/base/result.h"
#include "platform/base/windows/system.h"

namespace platform::windows {

class ServiceHandle {
 public:
  explicit ServiceHandle(SC_HANDLE handle) : handle_(handle) {}
  ServiceHandle(ServiceHandle&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  ServiceHandle& operator=(ServiceHandle&&) = delete;
  ~ServiceHandle() {
    if (handle_ != nullptr) CloseServiceHandle(handle_);
  }
  [[nodiscard]] SC_HANDLE get() const { return handle_; }
  [[nodiscard]] bool valid() const { return handle_ != nullptr; }

 private:
  SC_HANDLE handle_;
};

Result<ServiceHandle> open_manager(DWORD access);
/// Nothing when there is no service of that name.
Result<std::optional<ServiceHandle>> open_service(const ServiceHandle& manager, const std::string& name, DWORD access);
/// not_found when there is no such service; the sentence names the command that installs it.
Result<ServiceHandle> existing_service(const ServiceHandle& manager, const std::string& name, DWORD access);

struct ServiceConfiguration {
  std::vector<std::byte> bytes;
  [[nodiscard]] const QUERY_SERVICE_CONFIGW& get() const {
    return *reinterpret_cast<const QUERY_SERVICE_CONFIGW*>(bytes.data());
  }
};

Result<ServiceConfiguration> configuration_of(const ServiceHandle& service, const std::string& name);
/// The state as the system names it: SERVICE_RUNNING and the like.
Result<DWORD> state_of(const ServiceHandle& service);

}  // namespace platform::windows
