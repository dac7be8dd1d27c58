// SPDX-License-Identifier: ISC
// This host's listener as the service manager knows it: a unit of systemd, or a service of Windows.
#pragma once

#include "platform/services/service_state.h"

namespace agent {

inline constexpr const char* listener_service = "genkey-agent";

/// Asks the service manager, which takes a moment.
inline platform::ServiceState state_of_listener() { return platform::state_of_service(listener_service); }

/// Whether the service manager keeps it running: it runs, or is being started anew.
inline bool is_kept_running(platform::ServiceState state) {
  return state == platform::ServiceState::running || state == platform::ServiceState::starting;
}

}  // namespace agent
