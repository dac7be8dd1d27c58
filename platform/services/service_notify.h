// Reports to the service manager, by sd_notify's protocol: one datagram to $NOTIFY_SOCKET. Never fails: nothing depends
// on whether the manager listens.
#pragma once

#include <string_view>

namespace platform {

/// "READY=1\nSTATUS=…". Does nothing when no service manager asked for it.
void notify_service_manager(std::string_view message);

}  // namespace platform
