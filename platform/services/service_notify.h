// Telling the service manager (sd_notify's protocol: one datagram to $NOTIFY_SOCKET).
#pragma once

#include <string_view>

namespace platform {

/// "READY=1\nSTATUS=…". Does nothing when no service manager asked for it.
void notify_service_manager(std::string_view message);

}  // namespace platform
