// TLS over a connected socket, for both sides of a connection: Asio's stream with our context.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>

#include "agent/transport/tls.h"

namespace agent {

/// The socket outlives it.
using TlsStream = boost::asio::ssl::stream<boost::asio::ip::tcp::socket&>;

/// What a TlsStream is made with. Asio wants to own it, and others may hold it too.
inline boost::asio::ssl::context asio_context(const tls::Context& context) {
  SSL_CTX_up_ref(context.get());
  return boost::asio::ssl::context(context.get());
}

}  // namespace agent
