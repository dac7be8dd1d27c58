// SPDX-License-Identifier: ISC
// Ops Manager's services, as the service control manager knows them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/clock.h"
#include "platform/base/path.h"

namespace platform::windows {

/// The titles that the vendor has used, the web server's first, as the list of services shows them.
const std::vector<std::string>& ops_manager_services();

struct ServiceProcess {
  std::uint32_t number = 0;
  Time started;
};

struct InstalledService {
  std::string name;                       // the title
  Path program;                           // from its command line
  std::string account;                    // as configured: "LocalSystem", ".\mms"
  std::optional<ServiceProcess> process;  // while it runs
};

/// Finds a service by either of its two names. Nothing when there is none, or when it cannot be read.
std::optional<InstalledService> find_service(const std::string& name);

/// The program of a configured command line: in quotes, or up to ".exe", or up to the first blank. Pure.
std::string program_in(std::string_view command_line);

}  // namespace platform::windows
