// SPDX-License-Identifier: ISC
// The sockets that the listener accepts on.
#pragma once

#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "agent/protocol/address.h"
#include "platform/base/result.h"

namespace agent {

/// Binds every address, and nobody else can take part of one. [::] beside other addresses is left out where the host
/// has no IPv6. io, naming the address, when one cannot be bound; configuration when it is not numeric.
platform::Result<std::vector<boost::asio::ip::tcp::acceptor>> bind_acceptors(boost::asio::io_context& io,
                                                                             const std::vector<Address>& addresses);

}  // namespace agent
