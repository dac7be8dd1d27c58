// SPDX-License-Identifier: ISC
#include "tests/bench/connection.h"

#include <array>
#include <sys/socket.h>
#include <utility>

#include <openssl/err.h>

#include "tests/bench/stop.h"

namespace bench {

Connection::Connection(SSL_CTX* context, FileDescriptor socket, Role role)
    : socket_(std::move(socket)),
      tls_(SSL_new(context)),
      arrived_(BIO_new(BIO_s_mem())),
      leaving_(BIO_new(BIO_s_mem())) {
  if (!tls_ || arrived_ == nullptr || leaving_ == nullptr) stop("no memory for a connection");
  SSL_set_bio(tls_.get(), arrived_, leaving_);
  role == Role::client ? SSL_set_connect_state(tls_.get()) : SSL_set_accept_state(tls_.get());
}

bool Connection::receive() {
  std::array<std::byte, 16384> chunk;
  const ssize_t count = recv(socket_.get(), chunk.data(), chunk.size(), 0);
  if (count < 0) return errno == EAGAIN;
  if (count == 0) return false;
  return BIO_write(arrived_, chunk.data(), static_cast<int>(count)) == count;
}

bool Connection::advance(std::uint32_t events) {
  if ((events & (EPOLLERR | EPOLLHUP | EPOLLRDHUP)) != 0) return false;
  if ((events & EPOLLIN) != 0 && !receive()) return false;
  if (is_established()) return true;
  ERR_clear_error();
  const int result = SSL_do_handshake(tls_.get());
  return result == 1 || SSL_get_error(tls_.get(), result) == SSL_ERROR_WANT_READ;
}

std::size_t Connection::read(std::span<std::byte> into, std::size_t filled) {
  ERR_clear_error();
  while (filled < into.size()) {
    std::size_t count = 0;
    if (SSL_read_ex(tls_.get(), into.data() + filled, into.size() - filled, &count) != 1) break;
    filled += count;
  }
  return filled;
}

void Connection::write(std::span<const std::byte> bytes) {
  if (SSL_write(tls_.get(), bytes.data(), static_cast<int>(bytes.size())) <= 0) stop("cannot write into TLS");
}

bool Connection::flush() {
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(leaving_, &bytes);
  if (size <= 0) return true;
  const ssize_t sent = send(socket_.get(), bytes, static_cast<std::size_t>(size), MSG_NOSIGNAL);
  // A flight is a few kilobytes and an idle socket's buffer holds far more, so a part of it means a broken
  // floor.
  if (sent >= 0 && sent != size) stop("a flight left only in part");
  return sent == size && BIO_reset(leaving_) == 1;
}

}  // namespace bench
