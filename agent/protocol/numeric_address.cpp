// SPDX-License-Identifier: ISC
#include "agent/protocol/numeric_address.h"

#include <boost/asio/ip/address.hpp>

namespace agent {

bool is_numeric(const Address& address) { return canonical_ip(address.host).has_value(); }

std::optional<std::string> canonical_ip(std::string_view text) {
  namespace ip = boost::asio::ip;
  // The listener asks the same function when it binds.
  boost::system::error_code error;
  const ip::address address = ip::make_address(std::string(text), error);
  if (error) return std::nullopt;
  // Windows takes more: a part of an address, "10.1", and a port behind one, "10.0.0.1:80" and "[::1]:80".
  if (text.starts_with('[') || (address.is_v4() && address.to_string() != text)) return std::nullopt;
  if (address.is_v6() && address.to_v6().is_v4_mapped())
    return ip::make_address_v4(ip::v4_mapped, address.to_v6()).to_string();
  return address.to_string();
}

}  // namespace agent
