// SPDX-License-Identifier: ISC
// The addresses of a name, for libraries that connect by themselves. It waits for the DNS as long as the system does.
// Linux only.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "platform/base/bytes.h"

namespace platform {

struct SocketAddress {
  int family = 0;
  Bytes socket_address;  // as connect(2) takes it
  std::string text;      // numeric, without the port
};

/// For TCP, in the order in which to try them. Empty: the name has no address here.
std::vector<SocketAddress> socket_addresses_of(const std::string& host, std::uint16_t port);

}  // namespace platform
