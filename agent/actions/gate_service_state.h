// SPDX-License-Identifier: ISC
// The gate's service as other commands see it, on systems that have services which start before others (Windows).
#pragma once

#include <string>
#include <vector>

namespace agent {

inline constexpr const char* gate_service_name = "genkey-agent-gate";

/// The services of Ops Manager that the system starts without asking the gate, although the gate's service is
/// installed. Empty elsewhere.
std::vector<std::string> services_without_gate();

}  // namespace agent
