// SPDX-License-Identifier: ISC
// What the services of Ops Manager depend on, and whether they run.
#include <algorithm>
#include <array>
#include <thread>

#include "platform/accounts/windows/object_security.h"
#include "platform/base/windows/system_error.h"
#include "platform/base/windows/text.h"
#include "platform/services/service_manager.h"
#include "platform/services/windows/service_handle.h"
#include "platform/services/windows/services.h"

namespace platform {

namespace {

using windows::existing_service;
using windows::fail_code;
using windows::open_manager;
using windows::ServiceHandle;
using windows::wide;

constexpr auto between_looks = std::chrono::milliseconds(200);

// The list ends with an empty name.
std::vector<std::wstring> names_in(const wchar_t* list) {
  std::vector<std::wstring> names;
  for (; list != nullptr && *list != L'\0'; list += names.back().size() + 1) names.emplace_back(list);
  return names;
}

Result<void> set_dependencies(const ServiceHandle& service, const std::string& name,
                              const std::vector<std::wstring>& dependencies) {
  std::wstring list;
  for (const std::wstring& dependency : dependencies) list += dependency + L'\0';
  list += L'\0';
  if (ChangeServiceConfigW(service.get(), SERVICE_NO_CHANGE, SERVICE_NO_CHANGE, SERVICE_NO_CHANGE, nullptr, nullptr,
                           nullptr, list.c_str(), nullptr, nullptr, nullptr) == 0) {
    return fail_code("cannot change what the service " + name + " depends on");
  }
  return {};
}

// Names of services differ in case without being different services.
bool same_name(const std::wstring& left, const std::wstring& right) {
  return CompareStringOrdinal(left.c_str(), -1, right.c_str(), -1, TRUE) == CSTR_EQUAL;
}

// wine leaves the dependencies out of its answer, but keeps them in the registry as Windows does.
std::vector<std::wstring> registered_dependencies(const std::string& name) {
  std::vector<wchar_t> list(4096);
  auto size = static_cast<DWORD>(list.size() * sizeof(wchar_t));
  const std::wstring key = L"SYSTEM\\CurrentControlSet\\Services\\" + wide(name);
  const LSTATUS status = RegGetValueW(HKEY_LOCAL_MACHINE, key.c_str(), L"DependOnService", RRF_RT_REG_MULTI_SZ, nullptr,
                                      list.data(), &size);
  return status == ERROR_SUCCESS ? names_in(list.data()) : std::vector<std::wstring>();
}

Result<std::vector<std::wstring>> dependencies_of(const ServiceHandle& service, const std::string& name) {
  const auto present = TRY(windows::configuration_of(service, name));
  std::vector<std::wstring> names = names_in(present.get().lpDependencies);
  return windows::is_wine() ? registered_dependencies(name) : names;
}

Result<bool> change_dependency(const std::string& name, const std::string& dependency, bool wanted) {
  const ServiceHandle manager = TRY(open_manager(SC_MANAGER_CONNECT));
  const ServiceHandle service = TRY(existing_service(manager, name, SERVICE_QUERY_CONFIG | SERVICE_CHANGE_CONFIG));
  // The call replaces the whole list, so the vendor's own dependencies are kept in it.
  std::vector<std::wstring> names = TRY(dependencies_of(service, name));
  const std::wstring own = wide(dependency);
  const auto removed = std::erase_if(names, [&](const std::wstring& one) { return same_name(one, own); });
  // Unchanged lists are not written, so that a second installation reports no change.
  if ((removed > 0) == wanted) return false;
  if (wanted) names.push_back(own);
  TRY(set_dependencies(service, name, names));
  return true;
}

}  // namespace

std::vector<std::string> find_ops_manager_services() {
  std::vector<std::string> names;
  const auto manager = open_manager(SC_MANAGER_CONNECT);
  for (const std::string& title : windows::ops_manager_services()) {
    std::array<wchar_t, 257> name{};  // the system's limit, and a final zero
    auto size = static_cast<DWORD>(name.size());
    if (manager && GetServiceKeyNameW(manager->get(), wide(title).c_str(), name.data(), &size) != 0)
      names.push_back(windows::narrow({name.data(), size}));
  }
  return names;
}

Result<bool> add_dependency(const std::string& service, const std::string& name) {
  return change_dependency(service, name, true);
}

Result<bool> remove_dependency(const std::string& service, const std::string& name) {
  return change_dependency(service, name, false);
}

std::optional<bool> has_dependency(const std::string& service, const std::string& name) {
  const auto manager = open_manager(SC_MANAGER_CONNECT);
  // Unknown is not "no": `status` must not say that the gate is out when nobody could ask.
  if (!manager) return std::nullopt;
  const auto opened = existing_service(*manager, service, SERVICE_QUERY_CONFIG);
  if (!opened) return std::nullopt;
  const auto names = dependencies_of(*opened, service);
  if (!names) return std::nullopt;
  return std::ranges::any_of(*names, [&](const std::wstring& one) { return same_name(one, wide(name)); });
}

bool is_installed(const std::string& service) {
  const auto manager = open_manager(SC_MANAGER_CONNECT);
  if (!manager) return false;
  const auto found = windows::open_service(*manager, service, SERVICE_QUERY_CONFIG);
  return found && found->has_value();
}

bool wait_until_running(const std::vector<std::string>& services, std::chrono::milliseconds patience) {
  const auto manager = open_manager(SC_MANAGER_CONNECT);
  const auto runs = [&](const std::string& name) {
    if (!manager) return false;
    const ServiceHandle service(OpenServiceW(manager->get(), wide(name).c_str(), SERVICE_QUERY_STATUS));
    const auto state =
        service.valid() ? windows::state_of(service) : Result<DWORD>(fail(ErrorKind::not_found, "it is gone"));
    // A service that cannot be asked counts as not running.
    return state && *state == SERVICE_RUNNING;
  };
  const auto end = std::chrono::steady_clock::now() + patience;
  while (!std::ranges::all_of(services, runs)) {
    if (std::chrono::steady_clock::now() >= end) return false;
    std::this_thread::sleep_for(between_looks);
  }
  return true;
}

}  // namespace platform
