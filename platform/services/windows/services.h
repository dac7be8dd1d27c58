// What the service control manager knows about Ops Manager's services.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/clock.h"
#include "platform/base/path.h"

namespace platform::windows {

/// The titles that the vendor has used, the web server's first, as people see them in the list of services. The
/// manager's own names are looked up.
const std::vector<std::string>& ops_manager_services();

struct ServiceProcess {
  std::uint32_t number = 0;
  Time started;
};

struct InstalledService {
  std::string name;                       // as people see it
  Path program;                           // of its command line
  std::string account;                    // as configured: "LocalSystem", ".\mms"
  std::optional<ServiceProcess> process;  // while it runs
};

/// Nothing when there is no service of that name, by either of its two names.
std::optional<InstalledService> find_service(const std::string& name);

/// The program of a configured command line: in quotes, or up to ".exe", or up to the first blank. Pure.
std::string program_in(std::string_view command_line);

}  // namespace platform::windows
