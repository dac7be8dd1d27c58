// SPDX-License-Identifier: ISC
// Where a peer listens, as people write it: "om1.example.com", "10.0.0.1:27424", "[2001:db8::1]:27424" (brackets as in
// RFC 3986, 3.2.2). Nothing is resolved here, and two spellings of one host are two addresses.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "platform/base/result.h"

namespace agent {

struct Address {
  std::string host;  // a name, or a numeric address without brackets
  std::uint16_t port = 0;

  [[nodiscard]] std::string text() const;  // with port, and brackets where needed
  auto operator<=>(const Address&) const = default;
};

/// Fails with usage. A missing port is limits::default_port. Port 0 is accepted, for a listener that lets the operating
/// system choose; nobody can connect to it.
platform::Result<Address> parse_address(std::string_view text);

/// Whether it is exactly what Address::text() writes, as messages between hosts demand: with a port, and no second
/// spelling of the same address.
bool is_written_address(std::string_view text);

}  // namespace agent
