#include "platform/service_manager.h"

#include <algorithm>
#include <array>
#include <optional>
#include <thread>

#include "platform/windows/security.h"
#include "platform/windows/services.h"
#include "platform/windows/system.h"
#include "platform/windows/system_error.h"
#include "platform/windows/text.h"

namespace platform {

namespace {

using windows::fail_code;
using windows::wide;

constexpr auto between_looks = std::chrono::milliseconds(200);
constexpr auto patience_with_services = std::chrono::minutes(4);

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

Result<ServiceHandle> open_manager(DWORD access) {
  ServiceHandle manager(OpenSCManagerW(nullptr, nullptr, access));
  if (!manager.valid()) return fail_code("cannot reach the service control manager");
  return manager;
}

// Nothing where there is none of that name.
Result<std::optional<ServiceHandle>> open_service(const ServiceHandle& manager, const std::string& name, DWORD access) {
  ServiceHandle service(OpenServiceW(manager.get(), wide(name).c_str(), access));
  if (service.valid()) return std::optional(std::move(service));
  if (GetLastError() == ERROR_SERVICE_DOES_NOT_EXIST) return std::optional<ServiceHandle>();
  return fail_code("cannot open the service " + name);
}

Result<ServiceHandle> existing_service(const ServiceHandle& manager, const std::string& name, DWORD access) {
  auto service = TRY(open_service(manager, name, access));
  if (service) return *std::move(service);
  return fail(ErrorKind::not_found, "there is no service " + name + "; 'genkey-agent service install' makes it");
}

// The rule by which a program's arguments are taken apart again (CommandLineToArgvW).
std::wstring quoted(const std::wstring& word) {
  std::wstring text = L"\"";
  std::size_t backslashes = 0;
  for (const wchar_t c : word) {
    if (c == L'"') text.append(backslashes + 1, L'\\');
    backslashes = c == L'\\' ? backslashes + 1 : 0;
    text += c;
  }
  return text.append(backslashes, L'\\') + L"\"";
}

std::wstring command_line(const ServiceDefinition& definition) {
  std::wstring line = quoted(definition.program.wstring());
  for (const std::string& argument : definition.arguments) line += L" " + quoted(wide(argument));
  return line;
}

struct Configuration {
  std::vector<std::byte> bytes;
  [[nodiscard]] const QUERY_SERVICE_CONFIGW& get() const {
    return *reinterpret_cast<const QUERY_SERVICE_CONFIGW*>(bytes.data());
  }
};

Result<Configuration> configuration_of(const ServiceHandle& service, const std::string& name) {
  constexpr DWORD most = 8192;  // the system's own limit
  Configuration configuration{std::vector<std::byte>(most)};
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

Result<DWORD> wait_while(const ServiceHandle& service, DWORD state) {
  const auto end = std::chrono::steady_clock::now() + patience_with_services;
  DWORD now = TRY(state_of(service));
  while (now == state && std::chrono::steady_clock::now() < end) {
    std::this_thread::sleep_for(between_looks);
    now = TRY(state_of(service));
  }
  return now;
}

Result<void> describe(const ServiceHandle& service, const ServiceDefinition& definition) {
  std::wstring text = wide(definition.description);
  SERVICE_DESCRIPTIONW description{text.data()};
  // Once after a second, after five, then every minute; a day without a failure forgets them.
  std::array<SC_ACTION, 3> again = {
      {{SC_ACTION_RESTART, 1000}, {SC_ACTION_RESTART, 5000}, {SC_ACTION_RESTART, 60'000}}};
  SERVICE_FAILURE_ACTIONSW actions{};
  actions.dwResetPeriod = 24 * 60 * 60;
  actions.cActions = definition.starts_again_after_failure ? static_cast<DWORD>(again.size()) : 0;
  actions.lpsaActions = again.data();
  SERVICE_FAILURE_ACTIONS_FLAG also_after_an_exit_code{TRUE};
  const bool done =
      ChangeServiceConfig2W(service.get(), SERVICE_CONFIG_DESCRIPTION, &description) != 0 &&
      ChangeServiceConfig2W(service.get(), SERVICE_CONFIG_FAILURE_ACTIONS, &actions) != 0 &&
      ChangeServiceConfig2W(service.get(), SERVICE_CONFIG_FAILURE_ACTIONS_FLAG, &also_after_an_exit_code) != 0;
  // wine knows no actions after a failure, and says so.
  const bool unknown_here = !done && GetLastError() == ERROR_INVALID_LEVEL && windows::is_wine();
  if (!done && !unknown_here)
    return fail_code("cannot set what happens after a failure of the service " + definition.name);
  return {};
}

// What the event log shows for this source: Windows' own file of plain messages.
void register_event_source() {
  constexpr const wchar_t* key = L"SYSTEM\\CurrentControlSet\\Services\\EventLog\\Application\\genkey-agent";
  const std::wstring file = L"%SystemRoot%\\System32\\EventCreate.exe";
  const DWORD types = EVENTLOG_ERROR_TYPE | EVENTLOG_WARNING_TYPE | EVENTLOG_INFORMATION_TYPE;
  RegSetKeyValueW(HKEY_LOCAL_MACHINE, key, L"EventMessageFile", REG_EXPAND_SZ, file.c_str(),
                  static_cast<DWORD>((file.size() + 1) * sizeof(wchar_t)));
  RegSetKeyValueW(HKEY_LOCAL_MACHINE, key, L"TypesSupported", REG_DWORD, &types, sizeof types);
}

Result<bool> change(const ServiceHandle& service, const ServiceDefinition& definition, DWORD start) {
  const Configuration present = TRY(configuration_of(service, definition.name));
  const std::wstring line = command_line(definition);
  const bool same = line == present.get().lpBinaryPathName && present.get().dwStartType == start;
  if (same) return false;
  if (ChangeServiceConfigW(service.get(), SERVICE_NO_CHANGE, start, SERVICE_NO_CHANGE, line.c_str(), nullptr, nullptr,
                           nullptr, nullptr, nullptr, wide(definition.title).c_str()) == 0) {
    return fail_code("cannot change the service " + definition.name);
  }
  return true;
}

// Double-null-terminated.
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

// The names of services do not tell upper case from lower.
bool same_name(const std::wstring& left, const std::wstring& right) {
  return CompareStringOrdinal(left.c_str(), -1, right.c_str(), -1, TRUE) == CSTR_EQUAL;
}

Result<bool> change_dependency(const std::string& name, const std::string& dependency, bool wanted) {
  const ServiceHandle manager = TRY(open_manager(SC_MANAGER_CONNECT));
  const ServiceHandle service = TRY(existing_service(manager, name, SERVICE_QUERY_CONFIG | SERVICE_CHANGE_CONFIG));
  const Configuration present = TRY(configuration_of(service, name));
  std::vector<std::wstring> names = names_in(present.get().lpDependencies);
  const std::wstring own = wide(dependency);
  const auto removed = std::erase_if(names, [&](const std::wstring& one) { return same_name(one, own); });
  if ((removed > 0) == wanted) return false;
  if (wanted) names.push_back(own);
  TRY(set_dependencies(service, name, names));
  return true;
}

Result<void> stop(const ServiceHandle& service, const std::string& name) {
  SERVICE_STATUS status{};
  if (ControlService(service.get(), SERVICE_CONTROL_STOP, &status) == 0) {
    const DWORD why = GetLastError();
    if (why == ERROR_SERVICE_NOT_ACTIVE) return {};
    // It is stopping already.
    if (why != ERROR_SERVICE_CANNOT_ACCEPT_CTRL) return fail_code("cannot stop the service " + name, why);
  }
  if (TRY(wait_while(service, SERVICE_STOP_PENDING)) == SERVICE_STOPPED) return {};
  return fail(ErrorKind::busy, "the service " + name + " does not stop");
}

}  // namespace

bool installs_services() { return true; }

Result<bool> install_service(const ServiceDefinition& definition) {
  register_event_source();
  const ServiceHandle manager = TRY(open_manager(SC_MANAGER_CONNECT | SC_MANAGER_CREATE_SERVICE));
  const DWORD start = definition.starts_with_system ? SERVICE_AUTO_START : SERVICE_DEMAND_START;
  auto present = TRY(open_service(manager, definition.name, SERVICE_ALL_ACCESS));
  if (present) {
    const bool changed = TRY(change(*present, definition, start));
    TRY(describe(*present, definition));
    return changed;
  }
  const ServiceHandle made(CreateServiceW(manager.get(), wide(definition.name).c_str(), wide(definition.title).c_str(),
                                          SERVICE_ALL_ACCESS, SERVICE_WIN32_OWN_PROCESS, start, SERVICE_ERROR_NORMAL,
                                          command_line(definition).c_str(), nullptr, nullptr, nullptr, nullptr,
                                          nullptr));
  if (!made.valid()) return fail_code("cannot make the service " + definition.name);
  TRY(describe(made, definition));
  return true;
}

Result<bool> remove_service(const std::string& name) {
  const ServiceHandle manager = TRY(open_manager(SC_MANAGER_CONNECT));
  const auto service = TRY(open_service(manager, name, SERVICE_STOP | SERVICE_QUERY_STATUS | DELETE));
  if (!service) return false;
  TRY(stop(*service, name));
  if (DeleteService(service->get()) == 0) return fail_code("cannot remove the service " + name);
  return true;
}

Result<void> start_service(const std::string& name) {
  const ServiceHandle manager = TRY(open_manager(SC_MANAGER_CONNECT));
  const ServiceHandle service = TRY(existing_service(manager, name, SERVICE_START | SERVICE_QUERY_STATUS));
  if (StartServiceW(service.get(), 0, nullptr) == 0 && GetLastError() != ERROR_SERVICE_ALREADY_RUNNING)
    return fail_code("cannot start the service " + name);
  if (TRY(wait_while(service, SERVICE_START_PENDING)) == SERVICE_RUNNING) return {};
  return fail(ErrorKind::io, "the service " + name + " has not started; the event log says why (source genkey-agent)");
}

Result<void> stop_service(const std::string& name) {
  const ServiceHandle manager = TRY(open_manager(SC_MANAGER_CONNECT));
  const ServiceHandle service = TRY(existing_service(manager, name, SERVICE_STOP | SERVICE_QUERY_STATUS));
  return stop(service, name);
}

std::vector<std::string> find_ops_manager_services() {
  std::vector<std::string> names;
  const auto manager = open_manager(SC_MANAGER_CONNECT);
  for (const std::string& title : windows::ops_manager_services()) {
    std::array<wchar_t, 257> name{};  // the system's limit, and its end
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

bool wait_until_running(const std::vector<std::string>& services, std::chrono::milliseconds patience) {
  const auto manager = open_manager(SC_MANAGER_CONNECT);
  const auto runs = [&](const std::string& name) {
    if (!manager) return false;
    const ServiceHandle service(OpenServiceW(manager->get(), wide(name).c_str(), SERVICE_QUERY_STATUS));
    const auto state = service.valid() ? state_of(service) : Result<DWORD>(fail(ErrorKind::not_found, "it is gone"));
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
