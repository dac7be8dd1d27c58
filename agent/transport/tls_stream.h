// SPDX-License-Identifier: ISC
// TLS over a connected socket, for both sides of a connection: Asio's stream with our context. The settings that matter
// are in agent/transport/tls.h; Asio's own are not used.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>

#include "agent/transport/tls.h"

namespace agent {

/// The socket outlives it, and a Deadline on the socket ends it.
using TlsStream = boost::asio::ssl::stream<boost::asio::ip::tcp::socket&>;

/// What a TlsStream is made with. Asio frees the context that it is given, so it gets a reference of its own.
inline boost::asio::ssl::context asio_context(const tls::Context& context) {
  SSL_CTX_up_ref(context.get());
  return boost::asio::ssl::context(context.get());
}

}  // namespace agent
