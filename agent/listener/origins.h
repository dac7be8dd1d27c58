// SPDX-License-Identifier: ISC
// For whom a connection counts. An IPv4 address counts alone. IPv6 addresses of one /64 count together, because whoever
// has one of them has them all. An address from which the key was proved in the last hour counts alone in any case, so
// that nobody else in its network can use up what it may spend. Pure: time comes from the caller. Bounded by
// limits::proved_addresses; in a full table the oldest goes.
#pragma once

#include <chrono>
#include <map>
#include <string>

#include <boost/asio/ip/address.hpp>

namespace agent {

struct Origin {
  std::string text;     // for tables; "10.0.0.1", "2001:db8:0:1::/64"
  bool proved = false;  // the key was proved from this very address
  auto operator<=>(const Origin&) const = default;
};

class Origins {
 public:
  using Time = std::chrono::steady_clock::time_point;

  [[nodiscard]] Origin of(const boost::asio::ip::address& address, Time now) const;
  void note_proof(const boost::asio::ip::address& address, Time now);

 private:
  std::map<std::string, Time> proved_;
};

}  // namespace agent
