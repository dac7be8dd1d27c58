// SPDX-License-Identifier: ISC
// The least that answering can cost: one process, an identity for each of COUNT consecutive ports.
//
//   floor_server IDENTITY|- FIRST_PORT COUNT BYTES|http
//
// With "-" each port gets an identity of its own, made at start. BYTES is the size of the answer to 32 bytes. With
// "http" it answers HTTP requests with 32 bytes, for curl.
#include <array>
#include <memory>
#include <string>
#include <vector>

#include "tests/bench/server.h"
#include "tests/bench/stop.h"

namespace {

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

class Question : public bench::Visit {
 public:
  Question(SSL_CTX* context, bench::FileDescriptor socket, const Answer& answer)
      : Visit(context, std::move(socket)), answer_(answer) {}

 private:
  bool converse() override {
    filled_ = connection().read(question_, filled_);
    if (answered_ || !answer_.is_due(std::span(question_).first(filled_))) return true;
    connection().write(answer_.bytes());
    answered_ = true;
    return true;
  }

  const Answer& answer_;
  std::array<std::byte, 1024> question_{};
  std::size_t filled_ = 0;
  bool answered_ = false;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) bench::stop("usage: floor_server IDENTITY|- FIRST_PORT COUNT BYTES|http");
  bench::allow_many_descriptors();
  const std::string_view identity(argv[1]);
  const auto identity_of_a_port = [&] {
    return identity == "-" ? bench::make_identity() : bench::load_identity(argv[1]);
  };
  const Answer answer(argv[4]);
  const bench::FileDescriptor epoll = bench::make_epoll();
  std::vector<bench::Context> contexts;
  std::vector<std::unique_ptr<bench::Port>> ports;
  const int first = bench::number(argv[2]);
  const int end = first + bench::number(argv[3]);
  for (int port = first; port < end; ++port) {
    SSL_CTX* context = contexts.emplace_back(bench::server_context(identity_of_a_port())).get();
    ports.push_back(std::make_unique<bench::Port>(epoll.get(), port, [context, &answer](bench::FileDescriptor socket) {
      return std::make_unique<Question>(context, std::move(socket), answer);
    }));
  }
  bench::serve(epoll.get());
}
