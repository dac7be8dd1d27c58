// SPDX-License-Identifier: ISC
#include "platform/services/service_manager.h"

#include <string>
#include <syslog.h>

namespace platform {

namespace {

tl::unexpected<Error> by_packages() { return fail(ErrorKind::usage, "on this system packages install the services"); }

int priority_of(EventLevel level) {
  switch (level) {
    case EventLevel::information: return LOG_INFO;
    case EventLevel::warning: return LOG_WARNING;
    case EventLevel::error: return LOG_ERR;
  }
  __builtin_unreachable();
}

}  // namespace

bool installs_services() { return false; }
Result<bool> install_service(const ServiceDefinition& /*service*/) { return by_packages(); }
Result<bool> remove_service(const std::string& /*name*/) { return by_packages(); }
Result<void> start_service(const std::string& /*name*/) { return by_packages(); }
Result<void> stop_service(const std::string& /*name*/) { return by_packages(); }
std::vector<std::string> find_ops_manager_services() { return {}; }
Result<bool> add_dependency(const std::string& /*service*/, const std::string& /*name*/) { return by_packages(); }
Result<bool> remove_dependency(const std::string& /*service*/, const std::string& /*name*/) { return by_packages(); }
std::optional<bool> has_dependency(const std::string& /*service*/, const std::string& /*name*/) { return {}; }
bool is_installed(const std::string& /*service*/) { return false; }
bool wait_until_running(const std::vector<std::string>& /*services*/, std::chrono::milliseconds /*patience*/) {
  return false;
}
Result<int> run_as_service(const std::string& /*name*/, ServiceLife /*life*/, const std::function<int()>& /*work*/) {
  return by_packages();
}
bool has_event_log() { return false; }

void write_event(EventLevel level, std::string_view text) {
  // Without a log on this system, as in a container, syslog(3) does nothing.
  openlog("genkey-agent", LOG_PID, LOG_DAEMON);
  syslog(priority_of(level), "%s", std::string(text).c_str());
}

}  // namespace platform
