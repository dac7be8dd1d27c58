// The gate's service as other commands see it.
#pragma once

#include <string>
#include <vector>

namespace agent::commands {

/// The services of Ops Manager that the system starts without asking the gate, although its service is installed.
std::vector<std::string> services_without_gate();

}  // namespace agent::commands
