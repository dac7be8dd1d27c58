// Services of the operating system's own manager, where a program installs them itself (Windows). Elsewhere packages
// bring units, installs_services() is false, and all of this is usage.
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
  bool starts_with_system = false;  // else when something that depends on it starts
  bool starts_again_after_failure = false;
};

/// As the system's own account. True when something changed: an installed service gets what is different.
Result<bool> install_service(const ServiceDefinition& service);
/// Stops it before. True when it was there.
Result<bool> remove_service(const std::string& name);
/// Return when it runs, or has ended. io with the system's reason when that does not come to pass.
Result<void> start_service(const std::string& name);
Result<void> stop_service(const std::string& name);

/// Names of those services of Ops Manager that are installed, under any title that the vendor has used.
std::vector<std::string> find_ops_manager_services();
/// The system starts `name` before `service` from now on, and does not start `service` when that fails. True when it
/// was not so.
Result<bool> add_dependency(const std::string& service, const std::string& name);
Result<bool> remove_dependency(const std::string& service, const std::string& name);
/// Whether that is so. Nothing where the system does not tell.
std::optional<bool> has_dependency(const std::string& service, const std::string& name);
/// Whether there is a service of that name.
bool is_installed(const std::string& service);
/// False when one of the services does not run by then.
bool wait_until_running(const std::vector<std::string>& services, std::chrono::milliseconds patience);

enum class ServiceLife : std::uint8_t {
  until_stopped,  // an end that nobody asked for is a failure, after which the manager may start it again
  until_done,
};

/// Runs `work` as the service that the manager has started this process for. It counts as running from the moment on
/// when `work` calls notify_service_manager("READY=1"); a request to stop reaches it as SIGTERM. Any other code than 0
/// is a failure. usage when the manager has not started this process.
Result<int> run_as_service(const std::string& name, ServiceLife life, const std::function<int()>& work);

enum class EventLevel : std::uint8_t { information, warning, error };
/// Whether this process writes to the system's log instead of standard error.
bool has_event_log();
void write_event(EventLevel level, std::string_view text);

}  // namespace platform
