// SPDX-License-Identifier: ISC
// One TLS connection over a socket, driven by its readiness. TLS writes into memory, and what piled up there
// in one turn leaves in one send: so the client's first bytes travel with its Finished, and the exchange
// costs TCP, TLS and one round trip.
#pragma once

#include <cstddef>
#include <span>

#include "tests/bench/socket.h"
#include "tests/bench/tls.h"

namespace bench {

class Connection {
 public:
  enum class Role : unsigned char { client, server };

  Connection(SSL_CTX* context, FileDescriptor socket, Role role);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  [[nodiscard]] int socket() const { return socket_.get(); }
  [[nodiscard]] SSL& tls() const { return *tls_; }

  /// Takes what has arrived, if `events` of epoll say that anything has, and goes on with the handshake.
  /// False when the connection is over: closed, or broken.
  [[nodiscard]] bool advance(std::uint32_t events);
  [[nodiscard]] bool is_established() const { return SSL_is_init_finished(tls_.get()) == 1; }

  /// Appends what the peer sent to what an earlier call left in `into`; returns how many of its bytes are
  /// filled.
  std::size_t read(std::span<std::byte> into, std::size_t filled);
  void write(std::span<const std::byte> bytes);
  /// Sends everything that TLS has to say. False when the peer is gone.
  [[nodiscard]] bool flush();

 private:
  bool receive();

  FileDescriptor socket_;
  Session tls_;
  BIO* arrived_;  // these two belong to tls_
  BIO* leaving_;
};

}  // namespace bench
