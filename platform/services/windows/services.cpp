// SPDX-License-Identifier: ISC
#include "platform/services/windows/services.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "platform/base/bytes.h"
#include "platform/base/windows/handle.h"
#include "platform/base/windows/system.h"
#include "platform/base/windows/text.h"
#include "platform/services/windows/service_handle.h"

namespace platform::windows {

namespace {

constexpr std::int64_t epoch_1970 = 11'644'473'600;  // in seconds since 1601

// Services have two names. The vendor documents the title; the calls want the key's name.
std::wstring key_name_of(SC_HANDLE manager, const std::wstring& display_name) {
  std::array<wchar_t, 512> name{};
  DWORD size = name.size();
  return GetServiceKeyNameW(manager, display_name.c_str(), name.data(), &size) != 0 ? std::wstring(name.data())
                                                                                    : display_name;
}

// The service manager does not know since when a service runs, but its process does.
std::optional<Time> start_of(DWORD process) {
  const Handle handle(OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, FALSE, process));
  FILETIME created{};
  FILETIME other{};
  if (!handle.valid() || GetProcessTimes(handle.get(), &created, &other, &other, &other) == 0) return std::nullopt;
  const std::uint64_t ticks = std::uint64_t{created.dwHighDateTime} << 32U | created.dwLowDateTime;
  return Time{std::chrono::seconds(static_cast<std::int64_t>(ticks / 10'000'000) - epoch_1970)};
}

std::optional<ServiceProcess> process_of(SC_HANDLE service) {
  SERVICE_STATUS_PROCESS status{};
  DWORD size = 0;
  const bool known = QueryServiceStatusEx(service, SC_STATUS_PROCESS_INFO, reinterpret_cast<BYTE*>(&status),
                                          sizeof status, &size) != 0;
  // A service that is starting or stopping has a process too, but does not count as running.
  if (!known || status.dwCurrentState != SERVICE_RUNNING || status.dwProcessId == 0) return std::nullopt;
  const auto started = start_of(status.dwProcessId);
  return started ? std::optional(ServiceProcess{status.dwProcessId, *started}) : std::nullopt;
}

// A directory may have ".exe" in its name: "C:\x.exe.d\y.exe".
bool ends_word(std::string_view text, std::size_t at) { return at == text.size() || text[at] == ' '; }

}  // namespace

const std::vector<std::string>& ops_manager_services() {
  static const std::vector<std::string> names = {"MongoDB Ops Manager HTTP Service",
                                                 "MongoDB Ops Manager Backup Daemon Service",
                                                 "MongoDB Backup Daemon Service", "MMS Backup Daemon Service"};
  return names;
}

std::optional<InstalledService> find_service(const std::string& name) {
  const ServiceHandle manager(OpenSCManagerW(nullptr, nullptr, SC_MANAGER_CONNECT));
  if (!manager.valid()) return std::nullopt;
  const std::wstring key = key_name_of(manager.get(), wide(name));
  const ServiceHandle service(OpenServiceW(manager.get(), key.c_str(), SERVICE_QUERY_CONFIG | SERVICE_QUERY_STATUS));
  if (!service.valid()) return std::nullopt;
  DWORD size = 0;
  QueryServiceConfigW(service.get(), nullptr, 0, &size);
  Bytes room(size);
  auto* configuration = reinterpret_cast<QUERY_SERVICE_CONFIGW*>(room.data());
  if (size == 0 || QueryServiceConfigW(service.get(), configuration, size, &size) == 0) return std::nullopt;
  return InstalledService{.name = name,
                          .program = program_in(narrow(configuration->lpBinaryPathName)),
                          .account = configuration->lpServiceStartName != nullptr
                                         ? narrow(configuration->lpServiceStartName)
                                         : "LocalSystem",
                          .process = process_of(service.get())};
}

std::string program_in(std::string_view command_line) {
  // Without quotes Windows itself has to guess where a path with blanks ends.
  if (command_line.starts_with('"')) return std::string(command_line.substr(1, command_line.find('"', 1) - 1));
  std::string lower(command_line);
  std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  for (auto at = lower.find(".exe"); at != std::string::npos; at = lower.find(".exe", at + 1)) {
    if (ends_word(lower, at + 4)) return std::string(command_line.substr(0, at + 4));
  }
  return std::string(command_line.substr(0, command_line.find(' ')));
}

}  // namespace platform::windows
