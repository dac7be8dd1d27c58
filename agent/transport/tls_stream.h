// The asking side of one TLS connection. What TLS has to say piles up in memory and leaves when an answer is waited
// for: so the request travels with the last flight of the handshake, and nothing is kept that need not be (Asio's own
// stream holds two buffers of 17 KB for every peer).
#pragma once

#include <memory>
#include <span>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>

struct bio_st;  // OpenSSL's BIO, SSL and SSL_CTX
struct ssl_st;
struct ssl_ctx_st;

namespace agent {

class TlsClient {
 public:
  /// Over a connected socket, which outlives it. Throws std::bad_alloc.
  TlsClient(boost::asio::ip::tcp::socket& socket, ssl_ctx_st& context);

  [[nodiscard]] ssl_st& native() { return *tls_; }

  /// Errors of OpenSSL are in Asio's category of SSL, the others are the socket's. The peer has not judged our
  /// certificate yet when this ends well: its first bytes tell.
  boost::asio::awaitable<boost::system::error_code> shake_hands();
  /// Leaves with the next read.
  [[nodiscard]] boost::system::error_code write(std::span<const std::byte> bytes);
  /// Fills the whole room.
  boost::asio::awaitable<boost::system::error_code> read(std::span<std::byte> room);

 private:
  boost::asio::awaitable<boost::system::error_code> go_on_after(int result);
  boost::asio::awaitable<boost::system::error_code> send();
  boost::asio::awaitable<boost::system::error_code> receive();

  boost::asio::ip::tcp::socket& socket_;
  std::unique_ptr<ssl_st, void (*)(ssl_st*)> tls_;
  bio_st* arrived_;  // these two belong to tls_
  bio_st* leaving_;
};

/// What read_frame() (agent/transport/frame_reader.h) reads with.
inline boost::asio::awaitable<boost::system::error_code> fill(TlsClient& client, std::span<std::byte> room) {
  return client.read(room);
}

}  // namespace agent
