// SPDX-License-Identifier: ISC
#include "agent/listener/origins.h"

#include <algorithm>

#include <boost/asio/ip/address_v6.hpp>

#include "agent/base/limits.h"

namespace agent {

namespace {

namespace ip = boost::asio::ip;

std::string network_of(const ip::address& address) {
  if (address.is_v4()) return address.to_string();
  ip::address_v6 six = address.to_v6();
  // One host must not count twice because a dual-stack socket shows its IPv4 address in another form.
  if (six.is_v4_mapped()) return ip::make_address_v4(ip::v4_mapped, six).to_string();
  auto bytes = six.to_bytes();
  std::ranges::fill(bytes.begin() + bytes.size() / 2, bytes.end(), 0);
  // Without the zone: the host's own number of the network card says nothing about who is there.
  return ip::address_v6(bytes).to_string() + "/64";
}

}  // namespace

Origin Origins::of(const ip::address& address, Time now) const {
  const std::string text = address.to_string();
  const auto found = proved_.find(text);
  const bool proved = found != proved_.end() && now - found->second <= limits::proved_address_life;
  return {proved ? text : network_of(address), proved};
}

void Origins::note_proof(const ip::address& address, Time now) {
  const std::string text = address.to_string();
  if (proved_.size() >= limits::proved_addresses && !proved_.contains(text)) {
    proved_.erase(std::ranges::min_element(proved_, {}, [](const auto& entry) { return entry.second; }));
  }
  proved_[text] = now;
}

}  // namespace agent
