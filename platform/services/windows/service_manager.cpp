// SPDX-License-Identifier: ISC
#include "platform/services/service_manager.h"

#include <array>
#include <optional>
#include <thread>

#include "platform/accounts/windows/object_security.h"
#include "platform/base/windows/system.h"
#include "platform/base/windows/system_error.h"
#include "platform/base/windows/text.h"
#include "platform/services/windows/service_handle.h"

namespace platform {

namespace {

using windows::existing_service;
using windows::fail_code;
using windows::open_manager;
using windows::open_service;
using windows::ServiceHandle;
using windows::state_of;
using windows::wide;

constexpr auto between_looks = std::chrono::milliseconds(200);
constexpr auto patience_with_services = std::chrono::minutes(4);

// The opposite of CommandLineToArgvW: backslashes count only before a quote. A path without quotes would let
// "C:\Program.exe" be started instead of this program.
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
  // Restarts after a second, after five, then every minute. A day without a failure starts the count again.
  std::array<SC_ACTION, 3> again = {
      {{SC_ACTION_RESTART, 1000}, {SC_ACTION_RESTART, 5000}, {SC_ACTION_RESTART, 60'000}}};
  SERVICE_FAILURE_ACTIONSW actions{};
  actions.dwResetPeriod = 24 * 60 * 60;
  actions.cActions = definition.starts_again_after_failure ? static_cast<DWORD>(again.size()) : 0;
  actions.lpsaActions = again.data();
  // Without this flag only a crash counts as a failure, not an exit code other than 0.
  SERVICE_FAILURE_ACTIONS_FLAG also_after_an_exit_code{TRUE};
  const bool done =
      ChangeServiceConfig2W(service.get(), SERVICE_CONFIG_DESCRIPTION, &description) != 0 &&
      ChangeServiceConfig2W(service.get(), SERVICE_CONFIG_FAILURE_ACTIONS, &actions) != 0 &&
      ChangeServiceConfig2W(service.get(), SERVICE_CONFIG_FAILURE_ACTIONS_FLAG, &also_after_an_exit_code) != 0;
  // wine does not know these settings and reports ERROR_INVALID_LEVEL.
  const bool unknown_here = !done && GetLastError() == ERROR_INVALID_LEVEL && windows::is_wine();
  if (!done && !unknown_here)
    return fail_code("cannot set what happens after a failure of the service " + definition.name);
  return {};
}

constexpr const wchar_t* event_source = L"SYSTEM\\CurrentControlSet\\Services\\EventLog\\Application\\genkey-agent";

// The event log shows a message only if its source names a file of message texts. EventCreate.exe comes with Windows
// and has plain ones.
void register_event_source() {
  const std::wstring file = L"%SystemRoot%\\System32\\EventCreate.exe";
  const DWORD types = EVENTLOG_ERROR_TYPE | EVENTLOG_WARNING_TYPE | EVENTLOG_INFORMATION_TYPE;
  RegSetKeyValueW(HKEY_LOCAL_MACHINE, event_source, L"EventMessageFile", REG_EXPAND_SZ, file.c_str(),
                  static_cast<DWORD>((file.size() + 1) * sizeof(wchar_t)));
  RegSetKeyValueW(HKEY_LOCAL_MACHINE, event_source, L"TypesSupported", REG_DWORD, &types, sizeof types);
}

Result<bool> change(const ServiceHandle& service, const ServiceDefinition& definition, DWORD start) {
  const windows::ServiceConfiguration present = TRY(windows::configuration_of(service, definition.name));
  const std::wstring line = command_line(definition);
  // An unchanged service is not written, so that a second installation reports no change.
  const bool same = line == present.get().lpBinaryPathName && present.get().dwStartType == start;
  if (same) return false;
  if (ChangeServiceConfigW(service.get(), SERVICE_NO_CHANGE, start, SERVICE_NO_CHANGE, line.c_str(), nullptr, nullptr,
                           nullptr, nullptr, nullptr, wide(definition.title).c_str()) == 0) {
    return fail_code("cannot change the service " + definition.name);
  }
  return true;
}

Result<void> stop(const ServiceHandle& service, const std::string& name) {
  SERVICE_STATUS status{};
  if (ControlService(service.get(), SERVICE_CONTROL_STOP, &status) == 0) {
    const DWORD why = GetLastError();
    if (why == ERROR_SERVICE_NOT_ACTIVE) return {};
    // The service is stopping already.
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
    // Also for an unchanged service: an older version may have set other actions.
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
  // A running service would only be marked for deletion, and could not be installed again.
  TRY(stop(*service, name));
  if (DeleteService(service->get()) == 0) return fail_code("cannot remove the service " + name);
  // A failure here leaves a harmless registry key, which the next installation overwrites.
  RegDeleteKeyW(HKEY_LOCAL_MACHINE, event_source);
  return true;
}

Result<void> start_service(const std::string& name) {
  const ServiceHandle manager = TRY(open_manager(SC_MANAGER_CONNECT));
  const ServiceHandle service = TRY(existing_service(manager, name, SERVICE_START | SERVICE_QUERY_STATUS));
  // Another administrator, or a dependent service, may have started it just now.
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

}  // namespace platform
