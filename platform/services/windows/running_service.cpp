// SPDX-License-Identifier: ISC
#include "platform/services/windows/running_service.h"

#include <atomic>
#include <csignal>

#include "platform/base/windows/system.h"
#include "platform/base/windows/system_error.h"
#include "platform/base/windows/text.h"
#include "platform/services/service_manager.h"

namespace platform {

namespace {

// The gate may first fetch a key and then ask its peers for a minute.
constexpr DWORD wait_hint_ms = 180'000;

// The manager calls plain C functions, in threads of its own, so the state is global. A process is one service.
struct Running {
  std::wstring name;
  ServiceLife life = ServiceLife::until_stopped;
  const std::function<int()>* work = nullptr;
  SERVICE_STATUS_HANDLE handle = nullptr;
  HANDLE events = nullptr;
  SERVICE_STATUS status{};
  std::atomic<bool> asked_to_stop = false;  // written by the manager's thread, read by the service's
  int code = 1;
};

Running& running() {
  static Running instance;
  return instance;
}

void report(DWORD state) {
  Running& service = running();
  // Not started by the manager: a person runs the same code in a terminal.
  if (service.handle == nullptr) return;
  service.status.dwCurrentState = state;
  // Only a running service accepts a stop. Earlier, SIGTERM could meet no handler and end the process without a report.
  service.status.dwControlsAccepted = state == SERVICE_RUNNING ? SERVICE_ACCEPT_STOP | SERVICE_ACCEPT_SHUTDOWN : 0;
  service.status.dwWaitHint = state == SERVICE_RUNNING || state == SERVICE_STOPPED ? 0 : wait_hint_ms;
  SetServiceStatus(service.handle, &service.status);
}

DWORD WINAPI on_control(DWORD control, DWORD /*type*/, void* /*data*/, void* /*context*/) {
  // The manager has the status already, but the call must succeed.
  if (control == SERVICE_CONTROL_INTERROGATE) return NO_ERROR;
  if (control != SERVICE_CONTROL_STOP && control != SERVICE_CONTROL_SHUTDOWN) return ERROR_CALL_NOT_IMPLEMENTED;
  running().asked_to_stop = true;
  report(SERVICE_STOP_PENDING);
  std::raise(SIGTERM);
  return NO_ERROR;
}

void WINAPI service_main(DWORD /*count*/, wchar_t** /*words*/) {
  Running& service = running();
  service.handle = RegisterServiceCtrlHandlerExW(service.name.c_str(), on_control, nullptr);
  service.events = RegisterEventSourceW(nullptr, L"genkey-agent");
  service.status.dwServiceType = SERVICE_WIN32_OWN_PROCESS;
  report(SERVICE_START_PENDING);
  service.code = (*service.work)();
  // Ending with 0 would look like a normal stop, and the manager would not restart the listener.
  const bool too_early = service.life == ServiceLife::until_stopped && !service.asked_to_stop;
  const bool failed = service.code != 0 || too_early;
  service.status.dwWin32ExitCode = failed ? ERROR_SERVICE_SPECIFIC_ERROR : NO_ERROR;
  // The event log shows this number; 0 would look like success.
  service.status.dwServiceSpecificExitCode = static_cast<DWORD>(service.code != 0 ? service.code : failed ? 1 : 0);
  report(SERVICE_STOPPED);
}

}  // namespace

Result<int> run_as_service(const std::string& name, ServiceLife life, const std::function<int()>& work) {
  Running& service = running();
  service.name = windows::wide(name);
  service.life = life;
  service.work = &work;
  const SERVICE_TABLE_ENTRYW table[] = {{service.name.data(), service_main}, {nullptr, nullptr}};
  if (StartServiceCtrlDispatcherW(table) != 0) return service.code;
  // Somebody typed the command.
  if (GetLastError() != ERROR_FAILED_SERVICE_CONTROLLER_CONNECT) return windows::fail_code("cannot run as a service");
  return fail(ErrorKind::usage, "this is for the service control manager, which has not started this process");
}

bool has_event_log() { return running().events != nullptr; }

void write_event(EventLevel level, std::string_view text) {
  const std::wstring wide = windows::wide(text);
  const wchar_t* const strings[] = {wide.c_str()};
  const WORD type = level == EventLevel::error     ? EVENTLOG_ERROR_TYPE
                    : level == EventLevel::warning ? EVENTLOG_WARNING_TYPE
                                                   : EVENTLOG_INFORMATION_TYPE;
  // Message 1 of the registered file, EventCreate.exe, is "%1": the text itself. So no message file of our own is
  // needed.
  ReportEventW(running().events, type, 0, 1, nullptr, 1, 0, const_cast<const wchar_t**>(strings), nullptr);
}

namespace windows {

void report_running() { report(SERVICE_RUNNING); }
void report_stopping() { report(SERVICE_STOP_PENDING); }

}  // namespace windows

}  // namespace platform
