// SPDX-License-Identifier: ISC
#include "platform/host/socket_addresses.h"

#include <array>
#include <memory>
#include <netdb.h>
#include <span>
#include <sys/socket.h>

namespace platform {

namespace {

struct Freeing {
  void operator()(addrinfo* addresses) const { freeaddrinfo(addresses); }
};

std::string numeric(const addrinfo& address) {
  std::array<char, NI_MAXHOST> text{};
  const int failed =
      getnameinfo(address.ai_addr, address.ai_addrlen, text.data(), text.size(), nullptr, 0, NI_NUMERICHOST);
  return failed == 0 ? text.data() : "";
}

}  // namespace

std::vector<SocketAddress> socket_addresses_of(const std::string& host, std::uint16_t port) {
  addrinfo wanted{};
  wanted.ai_socktype = SOCK_STREAM;
  addrinfo* first = nullptr;
  if (getaddrinfo(host.c_str(), std::to_string(port).c_str(), &wanted, &first) != 0) return {};
  const std::unique_ptr<addrinfo, Freeing> all(first);
  std::vector<SocketAddress> found;
  for (const addrinfo* each = first; each != nullptr; each = each->ai_next) {
    const auto bytes = std::as_bytes(std::span(reinterpret_cast<const char*>(each->ai_addr), each->ai_addrlen));
    found.push_back({each->ai_family, Bytes(bytes.begin(), bytes.end()), numeric(*each)});
  }
  return found;
}

}  // namespace platform
