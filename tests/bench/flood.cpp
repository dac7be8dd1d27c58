// SPDX-License-Identifier: ISC
// Opens COUNT connections to one port at once, goes through the TLS handshake on each, says nothing, and
// keeps all of them open until the server has closed them or SECONDS have passed. Prints how many came how
// far. They come from ten loopback addresses in turn, so that a limit for each address is not what saves the
// server.
//
//   flood IDENTITY PORT COUNT SECONDS [ALPN]
#include <memory>
#include <string>
#include <sys/timerfd.h>
#include <vector>

#include "tests/bench/connection.h"
#include "tests/bench/stop.h"

namespace {

using bench::Connection;

struct Guest {
  std::unique_ptr<Connection> connection;
  bool was_established = false;
};

class Flood {
 public:
  Flood(const char* identity, const char* protocol)
      : context_(bench::client_context(bench::load_identity(identity))), epoll_(bench::make_epoll()) {
    if (protocol == nullptr) return;
    const std::string name(protocol);
    const std::string list = static_cast<char>(name.size()) + name;
    const auto* bytes = reinterpret_cast<const unsigned char*>(list.data());
    if (SSL_CTX_set_alpn_protos(context_.get(), bytes, static_cast<unsigned>(list.size())) != 0)
      bench::stop("bad ALPN");
  }

  void open(int port, int count) {
    constexpr std::size_t sources = 10;
    guests_.resize(static_cast<std::size_t>(count));
    for (Guest& guest : guests_) {
      const std::string source =
          "127.0.1." + std::to_string(1 + static_cast<std::size_t>(&guest - guests_.data()) % sources);
      guest.connection = std::make_unique<Connection>(
          context_.get(), bench::connect_from(source.c_str(), "127.0.0.1", port), Connection::Role::client);
      bench::watch(epoll_.get(), guest.connection->socket(), EPOLLIN | EPOLLOUT | EPOLLRDHUP, &guest);
    }
    open_ = count;
  }

  void hold(int seconds) {
    const bench::FileDescriptor timer(timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC));
    itimerspec end{};
    end.it_value.tv_sec = seconds;
    if (!timer.valid() || timerfd_settime(timer.get(), 0, &end, nullptr) != 0) bench::stop_with_errno("timerfd");
    bench::watch(epoll_.get(), timer.get(), EPOLLIN, nullptr);
    while (open_ > 0)
      for (const epoll_event& event : bench::wait_for_events(epoll_.get())) {
        if (event.data.ptr == nullptr) return;
        step(*static_cast<Guest*>(event.data.ptr), event.events);
      }
  }

  void report() const {
    std::printf("{\"connections\": %zu, \"established\": %d, \"open_at_the_end\": %d}\n", guests_.size(), established_,
                open_);
  }

 private:
  void step(Guest& guest, std::uint32_t events) {
    const bool lives = guest.connection->advance(events) && guest.connection->flush();
    if (lives && !guest.was_established && guest.connection->is_established()) {
      guest.was_established = true;
      ++established_;
    }
    if (lives) return;
    guest.connection.reset();
    --open_;
  }

  bench::Context context_;
  bench::FileDescriptor epoll_;
  std::vector<Guest> guests_;
  int established_ = 0;
  int open_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5 && argc != 6) bench::stop("usage: flood IDENTITY PORT COUNT SECONDS [ALPN]");
  bench::allow_many_descriptors();
  Flood flood(argv[1], argc == 6 ? argv[5] : nullptr);
  flood.open(bench::number(argv[2]), bench::number(argv[3]));
  flood.hold(bench::number(argv[4]));
  flood.report();
}
