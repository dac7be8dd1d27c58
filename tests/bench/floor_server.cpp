// The least that answering can cost: one process, an identity for each of COUNT consecutive ports.
//
//   floor_server IDENTITY|- FIRST_PORT COUNT BYTES|http
//
// With "-" each port gets an identity of its own, made at start. BYTES is the size of the answer to 32 bytes:
// 32 for agreement, 24 for the delivery of a key. With "http" it answers HTTP requests with 32 bytes, for
// curl.
#include <memory>
#include <string>
#include <vector>

#include "tests/bench/connection.h"
#include "tests/bench/stop.h"

namespace {

using bench::Connection;

// What is answered, and when the question is complete.
class Answer {
public:
  explicit Answer(std::string_view kind) {
    if (kind == "http")
      text_ = "HTTP/1.1 200 OK\r\nContent-Length: 32\r\nConnection: close\r\n\r\n" + std::string(32, 'x');
    else
      text_.assign(static_cast<std::size_t>(bench::number(kind)), '\0');
    is_http_ = kind == "http";
  }
  [[nodiscard]] std::span<const std::byte> bytes() const { return std::as_bytes(std::span(text_)); }
  [[nodiscard]] bool is_due(std::span<const std::byte> question) const {
    if (!is_http_) return question.size() >= 32;
    const std::string_view text(reinterpret_cast<const char*>(question.data()), question.size());
    return text.ends_with("\r\n\r\n");
  }

private:
  std::string text_;
  bool is_http_ = false;
};

struct Watched {
  Watched() = default;
  Watched(const Watched&) = delete;
  Watched& operator=(const Watched&) = delete;
  virtual ~Watched() = default;
  // False when it is done and may be deleted.
  virtual bool on_event(std::uint32_t events) = 0;
};

class Visit : public Watched {
public:
  Visit(SSL_CTX* context, bench::Descriptor socket, const Answer& answer)
      : connection_(context, std::move(socket), Connection::Role::server), answer_(answer) {}

  [[nodiscard]] int socket() const { return connection_.socket(); }

  bool on_event(std::uint32_t events) override {
    if (!connection_.advance(events)) return false;
    if (connection_.is_established()) read_question();
    return connection_.flush();
  }

private:
  void read_question() {
    filled_ = connection_.read(question_, filled_);
    if (answered_ || !answer_.is_due(std::span(question_).first(filled_))) return;
    connection_.write(answer_.bytes());
    answered_ = true;
  }

  Connection connection_;
  const Answer& answer_;
  std::array<std::byte, 1024> question_{};
  std::size_t filled_ = 0;
  bool answered_ = false;
};

class Port : public Watched {
public:
  Port(int epoll, int port, const bench::Identity& identity, const Answer& answer)
      : epoll_(epoll),
        listener_(bench::listen_on(port)),
        context_(bench::server_context(identity)),
        answer_(answer) {
    bench::watch(epoll, listener_.get(), EPOLLIN, this);
  }

  bool on_event(std::uint32_t) override {
    for (;;) {
      bench::Descriptor accepted = bench::accept_from(listener_.get());
      if (!accepted.valid()) return true;
      auto visit = std::make_unique<Visit>(context_.get(), std::move(accepted), answer_);
      bench::watch(epoll_, visit->socket(), EPOLLIN | EPOLLRDHUP, visit.get());
      visit.release();  // deleted by the loop, when on_event() says so
    }
  }

private:
  int epoll_;
  bench::Descriptor listener_;
  bench::Context context_;
  const Answer& answer_;
};

[[noreturn]] void serve(int epoll) {
  for (;;) {
    for (const epoll_event& event : bench::wait_for_events(epoll)) {
      auto* watched = static_cast<Watched*>(event.data.ptr);
      if (!watched->on_event(event.events)) delete watched;
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) bench::stop("usage: floor_server IDENTITY|- FIRST_PORT COUNT BYTES|http");
  bench::allow_many_descriptors();
  const std::string_view identity(argv[1]);
  const auto identity_of_a_port = [&] {
    return identity == "-" ? bench::make_identity() : bench::load_identity(argv[1]);
  };
  const Answer answer(argv[4]);
  const bench::Descriptor epoll = bench::make_epoll();
  std::vector<std::unique_ptr<Port>> ports;
  const int first = bench::number(argv[2]);
  for (int port = first; port < first + bench::number(argv[3]); ++port)
    ports.push_back(std::make_unique<Port>(epoll.get(), port, identity_of_a_port(), answer));
  serve(epoll.get());
}
