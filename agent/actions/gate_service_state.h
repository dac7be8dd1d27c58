// The service of the gate, where the system has services that start before others (Windows), as other commands see it.
#pragma once

#include <string>
#include <vector>

namespace agent {

inline constexpr const char* gate_service_name = "genkey-agent-gate";

/// The services of Ops Manager that the system starts without asking the gate, although its service is installed.
std::vector<std::string> services_without_gate();

}  // namespace agent
