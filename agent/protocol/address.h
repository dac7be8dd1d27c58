// Where a peer listens, as people write it: "om1.example.com", "10.0.0.1:27424", "[2001:db8::1]:27424".
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

/// usage when it is none; a missing port is the default one, and 0 is a port only where one is to be chosen.
platform::Result<Address> parse_address(std::string_view text);

}  // namespace agent
