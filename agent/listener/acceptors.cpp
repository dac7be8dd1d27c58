// SPDX-License-Identifier: ISC
#include "agent/listener/acceptors.h"

#include <boost/asio/ip/v6_only.hpp>

namespace agent {

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using platform::ErrorKind;
using platform::fail;
using platform::Result;

#ifdef _WIN32
// On Windows SO_REUSEADDR would let any other process of the host bind the same port and take the peers' connections.
// A restarted listener needs it only elsewhere.
using Alone = asio::detail::socket_option::boolean<SOL_SOCKET, SO_EXCLUSIVEADDRUSE>;
#else
// Without this a restarted listener could not bind while old connections linger, and peers would miss it for a minute.
// It lets nobody else bind the port while the listener has it.
using Alone = tcp::acceptor::reuse_address;
#endif

Result<tcp::endpoint> endpoint_of(const Address& address) {
  error_code error;
  const auto numeric = asio::ip::make_address(address.host, error);
  if (!error) return tcp::endpoint(numeric, address.port);
  return fail(ErrorKind::configuration, "listen wants a numeric address, and " + address.host + " is not one");
}

Result<void> open(tcp::acceptor& acceptor, const tcp::endpoint& endpoint) {
  error_code error;
  acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(Alone(true), error);
  // 0.0.0.0 is bound as well. A dual-stack socket would make one of the two fail.
  if (!error && endpoint.address().is_v6()) acceptor.set_option(asio::ip::v6_only(true), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(tcp::acceptor::max_listen_connections, error);
  if (!error) return {};
  return fail(ErrorKind::io, "cannot listen on " + Address{endpoint.address().to_string(), endpoint.port()}.text() +
                                 ": " + error.message());
}

// [::] is in the default configuration, and a host without IPv6 must still serve. An IPv6 address that a person wrote
// down is not optional.
bool is_optional(const tcp::endpoint& endpoint) {
  return endpoint.address().is_v6() && endpoint.address().is_unspecified();
}

}  // namespace

Result<std::vector<tcp::acceptor>> bind_acceptors(asio::io_context& io, const std::vector<Address>& addresses) {
  std::vector<tcp::acceptor> acceptors;
  for (const Address& address : addresses) {
    const tcp::endpoint endpoint = TRY(endpoint_of(address));
    tcp::acceptor acceptor(io);
    const auto opened = open(acceptor, endpoint);
    // If [::] is the only address, leaving it out would give a listener that listens nowhere.
    if (!opened && is_optional(endpoint) && addresses.size() > 1) continue;
    TRY(opened);
    acceptors.push_back(std::move(acceptor));
  }
  return acceptors;
}

}  // namespace agent
