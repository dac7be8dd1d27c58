// SPDX-License-Identifier: ISC
#include "agent/protocol/numeric_address.h"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <vector>

#include <boost/asio/ip/address.hpp>

namespace agent {

namespace {

// As canonical_ip() spells it: the first bit of the network is the first of the first byte.
std::vector<unsigned> bytes_of(const std::string& canonical) {
  const auto address = boost::asio::ip::make_address(canonical);
  std::vector<unsigned> bytes;
  if (address.is_v4())
    std::ranges::copy(address.to_v4().to_bytes(), std::back_inserter(bytes));
  else
    std::ranges::copy(address.to_v6().to_bytes(), std::back_inserter(bytes));
  return bytes;
}

}  // namespace

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

bool is_in_network(std::string_view address, std::string_view network) {
  const auto slash = network.find('/');
  if (slash == std::string_view::npos) return false;
  const auto here = canonical_ip(address);
  const auto there = canonical_ip(network.substr(0, slash));
  std::size_t bits = 0;
  const std::string_view length = network.substr(slash + 1);
  const auto read = std::from_chars(length.data(), length.data() + length.size(), bits);
  if (!here || !there || read.ec != std::errc() || read.ptr != length.data() + length.size()) return false;
  const auto left = bytes_of(*here);
  const auto right = bytes_of(*there);
  if (left.size() != right.size() || bits > left.size() * 8) return false;
  const std::size_t whole = bits / 8;
  if (!std::equal(left.begin(), left.begin() + static_cast<std::ptrdiff_t>(whole), right.begin())) return false;
  const auto rest = static_cast<unsigned>(bits % 8);
  return rest == 0 || (left[whole] >> (8 - rest)) == (right[whole] >> (8 - rest));
}

}  // namespace agent
