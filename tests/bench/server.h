// SPDX-License-Identifier: ISC
// One thread that serves many ports. What is said on a connection is the caller's part.
#pragma once

#include <functional>
#include <memory>

#include "tests/bench/connection.h"

namespace bench {

/// Something that epoll tells about.
class Watched {
 public:
  Watched() = default;
  Watched(const Watched&) = delete;
  Watched& operator=(const Watched&) = delete;
  virtual ~Watched() = default;
  /// False when it is done; it is then deleted.
  virtual bool on_event(std::uint32_t events) = 0;
};

/// One client's connection.
class Visit : public Watched {
 public:
  Visit(SSL_CTX* context, FileDescriptor socket) : connection_(context, std::move(socket), Connection::Role::server) {}
  [[nodiscard]] int socket() const { return connection_.socket(); }
  bool on_event(std::uint32_t events) final;

 protected:
  Connection& connection() { return connection_; }

 private:
  /// Called after the handshake, whenever something may have arrived. False ends the connection.
  virtual bool converse() = 0;

  Connection connection_;
};

class Port : public Watched {
 public:
  using Welcome = std::function<std::unique_ptr<Visit>(FileDescriptor)>;
  Port(int epoll, int port, Welcome welcome);
  bool on_event(std::uint32_t events) override;

 private:
  int epoll_;
  FileDescriptor listener_;
  Welcome welcome_;
};

[[noreturn]] void serve(int epoll);

}  // namespace bench
