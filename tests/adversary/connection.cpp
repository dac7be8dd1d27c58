// SPDX-License-Identifier: ISC
#include "tests/adversary/connection.h"

#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <cstring>
#include <netinet/in.h>
#include <stdexcept>
#include <sys/socket.h>

#include "agent/base/byte_fields.h"
#include "agent/base/limits.h"

namespace adversary {

namespace {

[[noreturn]] void give_up(const std::string& what) { throw std::runtime_error(what + ": " + std::strerror(errno)); }

sockaddr_in socket_address(const std::string& host, std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  if (inet_pton(AF_INET, host.c_str(), &address.sin_addr) != 1) throw std::runtime_error(host + " is no IPv4 address");
  return address;
}

FileDescriptor make_socket() {
  FileDescriptor made(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!made.valid()) give_up("cannot make a socket");
  // A test that hangs says less than a test that fails.
  const timeval limit{.tv_sec = patience.count(), .tv_usec = 0};
  const int yes = 1;
  setsockopt(made.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  setsockopt(made.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  return made;
}

void bind_to(const FileDescriptor& socket, const sockaddr_in& address) {
  if (bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) give_up("cannot bind");
}

}  // namespace

FileDescriptor connect_to(const agent::Address& target, const std::string& from) {
  FileDescriptor made = make_socket();
  if (!from.empty()) bind_to(made, socket_address(from, 0));
  const sockaddr_in address = socket_address(target.host, target.port);
  if (connect(made.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    give_up("cannot connect to " + target.text());
  return made;
}

FileDescriptor listen_on(const agent::Address& address) {
  FileDescriptor made = make_socket();
  bind_to(made, socket_address(address.host, address.port));
  if (listen(made.get(), SOMAXCONN) != 0) give_up("cannot listen on " + address.text());
  return made;
}

FileDescriptor accept_from(const FileDescriptor& listener) {
  int accepted = -1;
  do {
    accepted = accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC);
  } while (accepted < 0 && (errno == EAGAIN || errno == EINTR || errno == ECONNABORTED));
  if (accepted < 0) give_up("cannot accept");
  return FileDescriptor(accepted);
}

bool send_all(int socket, BytesView bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes = bytes.subspan(static_cast<std::size_t>(sent));
  }
  return true;
}

Bytes receive_some(int socket) {
  Bytes room(4096);
  const ssize_t got = recv(socket, room.data(), room.size(), 0);
  room.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  return room;
}

void await_end(int socket) {
  while (!receive_some(socket).empty()) {
  }
}

std::optional<Session> Session::start(FileDescriptor socket, SSL_CTX& context, agent::tls::Role role) {
  Session session(std::move(socket), SSL_new(&context));
  SSL_set_fd(session.tls_.get(), session.socket_.get());
  const int done =
      role == agent::tls::Role::initiator ? SSL_connect(session.tls_.get()) : SSL_accept(session.tls_.get());
  if (done != 1) return std::nullopt;
  return session;
}

bool Session::send(BytesView bytes) {
  return SSL_write(tls_.get(), bytes.data(), static_cast<int>(bytes.size())) == static_cast<int>(bytes.size());
}

bool Session::receive_exactly(Bytes& room) {
  for (std::size_t have = 0; have < room.size();) {
    const int got = SSL_read(tls_.get(), room.data() + have, static_cast<int>(room.size() - have));
    if (got <= 0) return false;
    have += static_cast<std::size_t>(got);
  }
  return true;
}

std::optional<Bytes> Session::receive_frame() {
  Bytes header(4);
  if (!receive_exactly(header)) return std::nullopt;
  const auto size = agent::ByteReader(header).number<std::uint32_t>();
  if (size > agent::limits::reply_size) return std::nullopt;
  Bytes frame(size);
  return receive_exactly(frame) ? std::optional(std::move(frame)) : std::nullopt;
}

agent::tls::Context context_for(const agent::Identity& identity, agent::tls::Role role) {
  auto context = agent::tls::make_context(role, identity, std::nullopt);
  if (!context) throw std::runtime_error(context.error().message);
  return std::move(*context);
}

}  // namespace adversary
