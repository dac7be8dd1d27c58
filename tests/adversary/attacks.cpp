// SPDX-License-Identifier: ISC
#include "tests/adversary/attacks.h"

#include <functional>
#include <iostream>
#include <poll.h>
#include <stdexcept>
#include <sys/socket.h>
#include <unistd.h>
#include <variant>

#include "agent/base/byte_fields.h"
#include "agent/protocol/messages.h"
#include "agent/protocol/ticket.h"
#include "platform/files/file.h"
#include "tests/adversary/connection.h"
#include "tests/adversary/messages.h"

namespace adversary {

namespace {

using agent::tls::Role;
using Clock = std::chrono::steady_clock;

// The first bytes of a ClientHello. The rest is never sent, so the listener has to give up by itself.
constexpr std::string_view start_of_a_hello("\x16\x03\x01\x02\x00\x01", 6);

void tell(const std::string& outcome, Clock::time_point since) {
  std::cout << outcome << " " << std::chrono::duration<double>(Clock::now() - since).count() << std::endl;
}

FileDescriptor connect(const Arguments& arguments) {
  return connect_to(arguments.address("--to"), arguments.text("--from"));
}

// Sends `request` over a fresh session and prints the result.
void ask(const Arguments& arguments, SSL_CTX& context, const std::function<Bytes(Session&)>& request) {
  const auto start = Clock::now();
  auto session = Session::start(connect(arguments), context, Role::initiator);
  if (!session) return tell("closed", start);
  session->send(request(*session));
  const auto reply = session->receive_frame();
  tell(reply ? "answered " + describe_reply(*reply) : "closed", start);
}

// As often as --times says, with one identity.
void ask_as_anyone(const Arguments& arguments, const agent::wire::Request& request) {
  const auto identity = arguments.identity();
  const auto context = context_for(identity, Role::initiator);
  for (std::size_t times = arguments.number("--times", 1); times > 0; --times)
    ask(arguments, *context, [&](Session&) { return bytes_of(request); });
}

int refuse_protocol(SSL_CTX& context, std::string_view name) {
  const std::string list = static_cast<char>(name.size()) + std::string(name);
  return SSL_CTX_set_alpn_protos(&context, reinterpret_cast<const unsigned char*>(list.data()),
                                 static_cast<unsigned int>(list.size()));
}

Bytes raw_frame(std::uint32_t announced, BytesView content) {
  return agent::ByteWriter().number(announced).raw(content).take();
}

Bytes random_bytes(std::size_t size) {
  Bytes bytes(size);
  platform::fill_random(bytes);
  return bytes;
}

// A name with the four bytes that clear a terminal: a log that prints it raw would be under the attacker's control.
Bytes frame_with_escapes() {
  const auto clear = std::string("\x1b[2J");
  const Bytes content =
      agent::ByteWriter().number(std::uint8_t{4}).counted(clear).counted(std::string("liar:1")).take();
  return raw_frame(static_cast<std::uint32_t>(content.size()), content);
}

Bytes bad_frame(const std::string& how) {
  if (how == "cut") return raw_frame(100, random_bytes(10));
  if (how == "zero") return raw_frame(0, {});
  // One byte more than the largest request.
  if (how == "oversized") return raw_frame(1025, random_bytes(1025));
  // A listener that trusts this size would allocate 4 GiB.
  if (how == "huge") return raw_frame(0xffffffff, random_bytes(4000));
  if (how == "random") return random_bytes(512);
  if (how == "longer") return raw_frame(2, Bytes{std::byte{1}, std::byte{0}});
  if (how == "two")
    return Bytes{std::byte{0}, std::byte{0}, std::byte{0}, std::byte{1}, std::byte{1},
                 std::byte{0}, std::byte{0}, std::byte{0}, std::byte{1}, std::byte{1}};
  if (how == "unknown") return raw_frame(1, Bytes{std::byte{0x77}});
  if (how == "escapes") return frame_with_escapes();
  throw std::runtime_error("no such frame: " + how);
}

// Byte by byte until the listener closes the connection. Each byte could restart a careless time limit.
void drip(const FileDescriptor& socket, BytesView bytes, Clock::time_point start) {
  for (std::size_t at = 0;; at = (at + 1) % bytes.size()) {
    if (!send_all(socket.get(), bytes.subspan(at, 1))) break;
    pollfd waiting{.fd = socket.get(), .events = POLLIN, .revents = 0};
    if (poll(&waiting, 1, 1000) > 0 && receive_some(socket.get()).empty()) break;
  }
  tell("closed", start);
}

void drip(Session& session, BytesView bytes, Clock::time_point start) {
  while (session.send(bytes.first(1))) {
    bytes = bytes.subspan(1);
    pollfd waiting{.fd = SSL_get_fd(&session.tls()), .events = POLLIN, .revents = 0};
    if (poll(&waiting, 1, 1000) > 0 && receive_some(waiting.fd).empty()) break;
  }
  tell("closed", start);
}

agent::Ticket read_ticket(const std::string& file) {
  auto text = platform::read_secret_file(file, 8192);
  if (!text) throw std::runtime_error(text.error().message);
  auto ticket = agent::decode_ticket(text->content);
  if (!ticket) throw std::runtime_error(ticket.error().message);
  return std::move(*ticket);
}

// Everything that stays open until the test is done.
struct Held {
  std::vector<FileDescriptor> sockets;
  std::vector<Session> sessions;
};

void open_one(const Arguments& arguments, const std::string& how, SSL_CTX& context, Held& held) {
  FileDescriptor socket = connect(arguments);
  if (how == "half-open" || how == "dribble") send_all(socket.get(), platform::view_of(start_of_a_hello));
  if (how != "shaken") {
    held.sockets.push_back(std::move(socket));
  } else if (auto session = Session::start(std::move(socket), context, Role::initiator)) {
    held.sessions.push_back(std::move(*session));
  }
}

// Sends one more byte on each connection, and opens a new one for each that the listener has closed.
void dribble(const Arguments& arguments, SSL_CTX& context, Held& held) {
  const auto closed = [](const FileDescriptor& socket) { return !send_all(socket.get(), Bytes(1)); };
  for (std::size_t lost = std::erase_if(held.sockets, closed); lost > 0; --lost)
    open_one(arguments, "dribble", context, held);
}

}  // namespace

void greet(const Arguments& arguments) { ask_as_anyone(arguments, agent::wire::Hello{}); }

void shake_hands_wrongly(const Arguments& arguments) {
  const std::string how = arguments.text("--how");
  const auto identity = arguments.identity();
  auto context = context_for(identity, Role::initiator);
  if (how == "no-certificate") {
    // A bare context, because the program's own always shows a certificate.
    context = agent::tls::Context(SSL_CTX_new(TLS_client_method()), SSL_CTX_free);
    refuse_protocol(*context, agent::tls::application_protocol);
  } else if (how == "tls12") {
    SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
    SSL_CTX_set_max_proto_version(context.get(), TLS1_2_VERSION);
  } else if (how == "wrong-protocol") {
    refuse_protocol(*context, "genkey-agent/0");
  } else if (how == "no-protocol") {
    SSL_CTX_set_alpn_protos(context.get(), nullptr, 0);
  } else if (how == "no-tls") {
    const auto start = Clock::now();
    const FileDescriptor socket = connect(arguments);
    send_all(socket.get(), platform::view_of("GET / HTTP/1.1\r\n\r\n"));
    await_end(socket.get());
    return tell("closed", start);
  } else {
    throw std::runtime_error("no such handshake: " + how);
  }
  ask(arguments, *context, [](Session&) { return bytes_of(agent::wire::Hello{}); });
}

void send_frame(const Arguments& arguments) {
  const auto identity = arguments.identity();
  const std::string how = arguments.text("--how");
  ask(arguments, *context_for(identity, Role::initiator),
      [&](Session&) { return how == "nothing" ? Bytes() : bad_frame(how); });
}

void send_slowly(const Arguments& arguments) {
  const auto start = Clock::now();
  FileDescriptor socket = connect(arguments);
  const Bytes endless = raw_frame(1000, random_bytes(1000));
  if (arguments.text("--how") == "handshake") {
    Bytes hello = random_bytes(512);
    std::ranges::copy(platform::view_of(start_of_a_hello), hello.begin());
    return drip(socket, hello, start);
  }
  const auto identity = arguments.identity();
  auto session = Session::start(std::move(socket), *context_for(identity, Role::initiator), Role::initiator);
  if (!session) return tell("closed", start);
  drip(*session, endless, start);
}

void claim_without_proof(const Arguments& arguments) {
  agent::wire::Agree agree{arguments.claim(), {}};
  platform::fill_random(agree.tag);
  ask_as_anyone(arguments, agree);
}

void redeem(const Arguments& arguments) {
  const agent::Ticket ticket = read_ticket(arguments.text("--ticket"));
  const bool wrong = arguments.text("--secret") == "wrong";
  const auto identity = arguments.identity();
  const auto context = context_for(identity, Role::initiator);
  for (std::size_t times = arguments.number("--times", 1); times > 0; --times) {
    agent::wire::Join join{.ticket = ticket.id,
                           .secret = wrong ? agent::TicketSecret::generate().duplicate() : ticket.secret.duplicate(),
                           .name = arguments.text("--name", "guesser"),
                           .address = arguments.text("--claimed-address", "guesser.example.com:27424")};
    const agent::wire::Request request = std::move(join);
    ask(arguments, *context, [&](Session&) { return bytes_of(request); });
  }
}

void refetch(const Arguments& arguments) {
  ask_as_anyone(arguments, agent::wire::Refetch{arguments.text("--name", "thief"), "thief.example.com:27424"});
}

void replay_client(const Arguments& arguments) {
  const auto recorded = platform::read_file(arguments.text("--record"), 1 << 20, platform::Links::refuse);
  if (!recorded) throw std::runtime_error(recorded.error().message);
  const auto start = Clock::now();
  const FileDescriptor socket = connect(arguments);
  send_all(socket.get(), recorded->content);
  // The listener must end by itself, and not wait for a client that has nothing more to say.
  shutdown(socket.get(), SHUT_WR);
  await_end(socket.get());
  tell("closed", start);
}

void hold(const Arguments& arguments) {
  const std::string how = arguments.text("--how");
  const auto identity = arguments.identity();
  const auto context = context_for(identity, Role::initiator);
  Held held;
  for (std::size_t left = arguments.number("--count", 1); left > 0; --left) open_one(arguments, how, *context, held);
  std::cout << "holding " << held.sockets.size() + held.sessions.size() << std::endl;
  pollfd test{.fd = STDIN_FILENO, .events = POLLIN, .revents = 0};
  while (poll(&test, 1, how == "dribble" ? 100 : -1) == 0) dribble(arguments, *context, held);
}

}  // namespace adversary
