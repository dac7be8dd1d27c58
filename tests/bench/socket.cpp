// SPDX-License-Identifier: ISC
#include "tests/bench/socket.h"

#include <arpa/inet.h>
#include <array>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include "tests/bench/stop.h"

namespace bench {

namespace {

sockaddr_in address_of(const char* ipv4_address, int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  if (inet_pton(AF_INET, ipv4_address, &address.sin_addr) != 1) stop("expected an IPv4 address");
  return address;
}

const sockaddr* generic(const sockaddr_in& address) { return reinterpret_cast<const sockaddr*>(&address); }

void set_option(int socket, int level, int option) {
  const int on = 1;
  if (setsockopt(socket, level, option, &on, sizeof on) != 0) stop_with_errno("setsockopt");
}

FileDescriptor make_socket() {
  FileDescriptor made(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!made.valid()) stop_with_errno("socket");
  return made;
}

}  // namespace

FileDescriptor listen_on(int port) {
  FileDescriptor listener = make_socket();
  set_option(listener.get(), SOL_SOCKET, SO_REUSEADDR);
  const sockaddr_in address = address_of("0.0.0.0", port);
  if (bind(listener.get(), generic(address), sizeof address) != 0) stop_with_errno("bind");
  if (listen(listener.get(), SOMAXCONN) != 0) stop_with_errno("listen");
  return listener;
}

FileDescriptor connect_to(const char* ipv4_address, int port) { return connect_from("0.0.0.0", ipv4_address, port); }

FileDescriptor connect_from(const char* own_ipv4_address, const char* ipv4_address, int port) {
  FileDescriptor connecting = make_socket();
  set_option(connecting.get(), IPPROTO_TCP, TCP_NODELAY);
  const sockaddr_in own = address_of(own_ipv4_address, 0);
  if (own.sin_addr.s_addr != INADDR_ANY && bind(connecting.get(), generic(own), sizeof own) != 0)
    stop_with_errno("bind");
  const sockaddr_in address = address_of(ipv4_address, port);
  if (connect(connecting.get(), generic(address), sizeof address) != 0 && errno != EINPROGRESS)
    stop_with_errno("connect");
  return connecting;
}

FileDescriptor accept_from(int listener) {
  FileDescriptor accepted(accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
  if (!accepted.valid() && errno != EAGAIN && errno != ECONNABORTED) stop_with_errno("accept");
  if (accepted.valid()) set_option(accepted.get(), IPPROTO_TCP, TCP_NODELAY);
  return accepted;
}

FileDescriptor make_epoll() {
  FileDescriptor epoll(epoll_create1(EPOLL_CLOEXEC));
  if (!epoll.valid()) stop_with_errno("epoll_create1");
  return epoll;
}

void watch(int epoll, int descriptor, std::uint32_t events, void* owner) {
  epoll_event event{};
  event.events = events | EPOLLET;
  event.data.ptr = owner;
  if (epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event) != 0) stop_with_errno("epoll_ctl");
}

std::span<const epoll_event> wait_for_events(int epoll) {
  static std::array<epoll_event, 64> events;
  const int count = epoll_wait(epoll, events.data(), static_cast<int>(events.size()), -1);
  if (count < 0) stop_with_errno("epoll_wait");
  return std::span(events).first(static_cast<std::size_t>(count));
}

void allow_many_descriptors() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) stop_with_errno("getrlimit");
  limit.rlim_cur = limit.rlim_max;
  if (setrlimit(RLIMIT_NOFILE, &limit) != 0) stop_with_errno("setrlimit");
}

}  // namespace bench
