// SPDX-License-Identifier: ISC
// Whether the operating system asks the gate before it starts Ops Manager: by the packages' drop-in for systemd, or by
// the gate's service on Windows.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "agent/report/report.h"
#include "platform/services/service_state.h"

namespace agent {

inline constexpr const char* gate_service_name = "genkey-agent-gate";

/// One for each service of Ops Manager that the system knows and will say something about. Starts systemctl, so call it
/// before this process holds a secret.
std::vector<GatedService> gated_services(const Host& host);

/// What a person should know about it; nothing when the gate is in force, or was never installed for that service.
std::optional<Message> message_about(const GatedService& service, const Options& options);

/// By what systemd says about a unit. A command counts as the gate if it runs genkey-agent with that word.
GateOfService gate_in(const platform::ServiceStart& start);

}  // namespace agent
