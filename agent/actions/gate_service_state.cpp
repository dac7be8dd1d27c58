#include "agent/actions/gate_service_state.h"

#include "platform/services/service_manager.h"

namespace agent {

std::vector<std::string> services_without_gate() {
  if (!platform::is_installed(gate_service_name)) return {};
  std::vector<std::string> names = platform::find_ops_manager_services();
  std::erase_if(
      names, [](const std::string& name) { return platform::has_dependency(name, gate_service_name).value_or(true); });
  return names;
}

}  // namespace agent
