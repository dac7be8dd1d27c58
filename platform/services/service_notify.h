// SPDX-License-Identifier: ISC
// Reports to the service manager by the protocol of sd_notify(3): one datagram to $NOTIFY_SOCKET. Never fails, because
// nothing depends on whether the manager listens.
#pragma once

#include <string_view>

namespace platform {

/// `message` is "READY=1\nSTATUS=…". Does nothing when no service manager asked for reports.
void notify_service_manager(std::string_view message);

}  // namespace platform
