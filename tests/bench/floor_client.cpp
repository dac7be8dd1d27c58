// SPDX-License-Identifier: ISC
// The least that asking COUNT peers can cost: concurrent TLS 1.3 handshakes with a certificate on both sides,
// at most 64 in flight, 32 bytes there and 32 back.
//
//   floor_client IDENTITY ADDRESS FIRST_PORT COUNT
#include <array>

#include "tests/bench/connection.h"
#include "tests/bench/stop.h"

namespace {

using bench::Connection;

constexpr int in_flight_limit = 64;
using Message = std::array<std::byte, 32>;

struct Exchange {
  Connection connection;
  bool asked = false;
  std::size_t filled = 0;
  Message answer{};

  // True when the answer is complete.
  bool step(std::uint32_t events) {
    if (!connection.advance(events)) bench::stop("a peer broke the connection");
    if (!asked && connection.is_established()) {
      connection.write(Message{});
      asked = true;
    }
    if (!connection.flush()) bench::stop("a peer broke the connection");
    if (asked) filled = connection.read(answer, filled);
    return filled == answer.size();
  }
};

class Client {
 public:
  Client(const char* identity, const char* address, int first_port, int count)
      : context_(bench::client_context(bench::load_identity(identity))),
        epoll_(bench::make_epoll()),
        address_(address),
        next_port_(first_port),
        end_(first_port + count) {}

  void run() {
    while (next_port_ < end_ && in_flight_ < in_flight_limit) open_next();
    while (in_flight_ > 0) turn();
  }

 private:
  void open_next() {
    auto* exchange =
        new Exchange{{context_.get(), bench::connect_to(address_, next_port_++), Connection::Role::client}};
    bench::watch(epoll_.get(), exchange->connection.socket(), EPOLLIN | EPOLLOUT, exchange);
    ++in_flight_;
  }

  void turn() {
    for (const epoll_event& event : bench::wait_for_events(epoll_.get())) {
      auto* exchange = static_cast<Exchange*>(event.data.ptr);
      if (exchange->step(event.events)) finish(exchange);
    }
  }

  void finish(Exchange* exchange) {
    delete exchange;
    --in_flight_;
    if (next_port_ < end_) open_next();
  }

  bench::Context context_;
  bench::FileDescriptor epoll_;
  const char* address_;
  int next_port_;
  int end_;
  int in_flight_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) bench::stop("usage: floor_client IDENTITY ADDRESS FIRST_PORT COUNT");
  Client(argv[1], argv[2], bench::number(argv[3]), bench::number(argv[4])).run();
}
