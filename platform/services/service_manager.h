// SPDX-License-Identifier: ISC
// Installs and runs services of the operating system, on Windows. Elsewhere packages install systemd units:
// installs_services() is false there, and every call fails with usage.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/path.h"
#include "platform/base/result.h"

namespace platform {

bool installs_services();

struct ServiceDefinition {
  std::string name;
  std::string title;
  std::string description;
  Path program;
  std::vector<std::string> arguments;
  bool starts_with_system = false;  // otherwise it starts when a service that depends on it starts
  bool starts_again_after_failure = false;
};

/// Installs the service under the system's own account, or changes an installed service that differs. True when
/// something changed.
Result<bool> install_service(const ServiceDefinition& service);
/// Stops the service first. True when it was installed.
Result<bool> remove_service(const std::string& name);
/// Starts or stops the service and waits for that, at most four minutes. io with the system's reason, or busy when it
/// does not stop.
Result<void> start_service(const std::string& name);
Result<void> stop_service(const std::string& name);

/// Names of Ops Manager's installed services, whichever title the vendor used.
std::vector<std::string> find_ops_manager_services();
/// From now on the system starts `name` before `service`, and does not start `service` when `name` fails. True when
/// something changed.
Result<bool> add_dependency(const std::string& service, const std::string& name);
Result<bool> remove_dependency(const std::string& service, const std::string& name);
/// Whether `service` depends on `name`. Nothing when the system cannot be asked.
std::optional<bool> has_dependency(const std::string& service, const std::string& name);
/// Whether there is a service of that name.
bool is_installed(const std::string& service);
/// False when one of the services is not running after `patience`.
bool wait_until_running(const std::vector<std::string>& services, std::chrono::milliseconds patience);

enum class ServiceLife : std::uint8_t {
  until_stopped,  // ending without a request is a failure, and the manager may restart it
  until_done,
};

/// Runs `work` as the service for which the manager started this process. The service counts as running once `work`
/// calls notify_service_manager("READY=1"). A request to stop arrives as SIGTERM. Any code but 0 is a failure. usage
/// when the manager did not start this process.
Result<int> run_as_service(const std::string& name, ServiceLife life, const std::function<int()>& work);

enum class EventLevel : std::uint8_t { information, warning, error };
/// Whether this process writes to the system's log instead of standard error, which a service of Windows does not have.
bool has_event_log();
/// Writes to the system's log: syslog or the journal, or the event log of Windows. Does nothing where there is none.
void write_event(EventLevel level, std::string_view text);

}  // namespace platform
