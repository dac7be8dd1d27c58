// SPDX-License-Identifier: ISC
#include "agent/actions/gate_service_state.h"

#include "platform/services/service_manager.h"

namespace agent {

std::vector<std::string> services_without_gate() {
  // On a host where nobody installed the gate, services without it are as the administrator wants them.
  if (!platform::is_installed(gate_service_name)) return {};
  std::vector<std::string> names = platform::find_ops_manager_services();
  std::erase_if(
      // A service that cannot be examined counts as gated. A warning on no evidence would send a person to fix what is
      // right.
      names, [](const std::string& name) { return platform::has_dependency(name, gate_service_name).value_or(true); });
  return names;
}

}  // namespace agent
