// SPDX-License-Identifier: ISC
// Addresses that are numbers, so that no name server is needed for them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "agent/protocol/address.h"

namespace agent {

bool is_numeric(const Address& address);

/// The one spelling of an IP address: "::1" for "0:0:0:0:0:0:0:1", "10.0.0.1" for "::ffff:10.0.0.1". Nothing for other
/// text.
std::optional<std::string> canonical_ip(std::string_view text);

/// Whether the address is in a network such as "10.1.0.0/16" or "2001:db8::/32". False for other text.
bool is_in_network(std::string_view address, std::string_view network);

}  // namespace agent
