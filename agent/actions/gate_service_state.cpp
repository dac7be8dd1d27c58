// SPDX-License-Identifier: ISC
#include "agent/actions/gate_service_state.h"

#include <algorithm>
#include <array>
#include <sstream>

#include "agent/config/typed_commands.h"
#include "platform/base/path.h"
#include "platform/services/service_manager.h"

namespace agent {

namespace {

// Of the vendor's packages.
constexpr std::array units = {"mongodb-mms", "mongodb-mms-backup-daemon"};
// As the packages name it (scripts/packaging/CMakeLists.txt).
constexpr std::string_view drop_in_name = "50-genkey-agent.conf";

bool runs_gate(const std::string& line) {
  std::istringstream words(line);
  std::string word;
  if (!(words >> word) || platform::Path(word).filename() != "genkey-agent") return false;
  while (words >> word) {
    if (word == "gate") return true;
  }
  return false;
}

std::vector<GatedService> dependent_services() {
  std::vector<GatedService> services;
  // On a host where nobody installed the gate, services without it are as the administrator wants them.
  if (!platform::is_installed(gate_service_name)) return services;
  for (const std::string& name : platform::find_ops_manager_services()) {
    const auto depends = platform::has_dependency(name, gate_service_name);
    // A service that cannot be examined is left out. A warning on no evidence would send a person to fix what is right.
    if (depends) services.push_back({name, *depends ? GateOfService::in_force : GateOfService::lost});
  }
  return services;
}

// Upgrades of Ops Manager install its services on Windows anew, and lose the dependency without a message.
Message lost_dependency(const std::string& name, const Options& options) {
  return {"the service " + name + " no longer depends on the gate; an upgrade may have replaced that service",
          {{"to make it depend on the gate again", command_line_for(options, "service install")}}};
}

platform::Steps steps_to_edit(const std::string& unit, const Options& options) {
  return {{"to see the unit with all its files", "systemctl cat " + unit},
          {"after the change", administrator_line(options, "systemctl daemon-reload")}};
}

}  // namespace

std::optional<Message> message_about(const GatedService& service, const Options& options) {
  switch (service.gate) {
    case GateOfService::in_force:
    case GateOfService::absent: return std::nullopt;
    case GateOfService::lost:
      if (platform::installs_services()) return lost_dependency(service.name, options);
      return Message{service.name + " starts without the gate, because an override of its unit resets ExecStartPre=",
                     steps_to_edit(service.name, options)};
    case GateOfService::ignored:
      return Message{service.name + " starts even if the gate refuses, because its unit ignores the gate's exit code",
                     steps_to_edit(service.name, options)};
    case GateOfService::not_loaded:
      return Message{service.name + " starts without the gate until systemd reads the changed files of its unit",
                     {{"to make systemd read them", administrator_line(options, "systemctl daemon-reload")}}};
  }
  __builtin_unreachable();
}

GateOfService gate_in(const platform::ServiceStart& start) {
  const auto gate = std::ranges::find_if(start.before, [](const auto& each) { return runs_gate(each.line); });
  if (gate != start.before.end()) return gate->failure_ignored ? GateOfService::ignored : GateOfService::in_force;
  if (start.is_outdated) return GateOfService::not_loaded;
  const bool has_drop_in = std::ranges::any_of(
      start.drop_ins, [](const std::string& path) { return platform::Path(path).filename() == drop_in_name.data(); });
  return has_drop_in ? GateOfService::lost : GateOfService::absent;
}

std::vector<GatedService> gated_services(const Host& host) {
  if (platform::installs_services()) return dependent_services();
  std::vector<GatedService> services;
  // An archive has no unit, and below --root there is another system than the one that runs.
  if (host.installation.layout != platform::Layout::package || host.options.root) return services;
  for (const char* unit : units) {
    if (const auto start = platform::start_of_service(unit)) services.push_back({unit, gate_in(*start)});
  }
  return services;
}

}  // namespace agent
