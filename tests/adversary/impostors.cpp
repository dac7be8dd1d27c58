// SPDX-License-Identifier: ISC
#include "tests/adversary/impostors.h"

#include <fstream>
#include <functional>
#include <iostream>
#include <mutex>
#include <stdexcept>
#include <sys/socket.h>
#include <thread>

#include "agent/base/byte_fields.h"
#include "platform/files/file.h"
#include "tests/adversary/connection.h"
#include "tests/adversary/messages.h"

namespace adversary {

namespace {

using agent::tls::Role;

void say(const std::string& line) {
  // The threads of several connections print, and the tests read whole lines.
  static std::mutex one_at_a_time;
  const std::lock_guard lock(one_at_a_time);
  std::cout << line << std::endl;
}

[[noreturn]] void for_each_connection(const Arguments& arguments, const std::function<void(FileDescriptor)>& serve) {
  const FileDescriptor listener = listen_on(arguments.address("--listen"));
  say("listening");
  for (;;) {
    // Detached, because the impostor runs until it is killed.
    std::thread([&serve, socket = accept_from(listener)]() mutable {
      try {
        serve(std::move(socket));
      } catch (const std::exception& error) {
        say(std::string("broke: ") + error.what());
      }
    }).detach();
  }
}

Bytes random_bytes(std::size_t size) {
  Bytes bytes(size);
  platform::fill_random(bytes);
  return bytes;
}

agent::wire::Reply false_proof(const Arguments& arguments) {
  agent::wire::AgreeReply reply{arguments.claim(), {}};
  platform::fill_random(reply.tag);
  return reply;
}

// The asker's own tag and claim, sent back: a proof that is not bound to a role would accept it.
Bytes echo(BytesView asked) {
  const auto request = agent::wire::decode_request(asked);
  const auto* agree = request ? std::get_if<agent::wire::Agree>(&*request) : nullptr;
  return agree == nullptr ? Bytes() : bytes_of(agent::wire::AgreeReply{agree->claim, agree->tag});
}

agent::wire::Reply false_handover(const Arguments& arguments) {
  platform::SecretBytes key(24);
  platform::fill_random(key.reveal_for_writing());
  return agent::wire::Handover{std::move(key), arguments.claim(), {}};
}

// A disagreement with a name that clears the asker's screen if it is printed raw.
Bytes escapes() {
  const std::string clear = "\x1b[2J\x1b[1m";
  agent::ByteWriter body;
  body.number(std::uint8_t{0x83}).number(std::uint8_t{2}).number(std::uint8_t{1}).raw(Bytes(16));
  body.number(std::uint32_t{1}).number(std::uint8_t{2}).counted(clear).counted(std::string("liar:1"));
  const Bytes content = body.take();
  return agent::ByteWriter().number(static_cast<std::uint32_t>(content.size())).raw(content).take();
}

Bytes wrong_answer(const std::string& how, const Arguments& arguments, BytesView asked) {
  if (how == "wrong-proof") return bytes_of(false_proof(arguments));
  if (how == "echo") return echo(asked);
  if (how == "handover") return bytes_of(false_handover(arguments));
  if (how == "disagree") return bytes_of(agent::wire::Disagree{arguments.claim().standing, arguments.claim()});
  if (how == "no-key") return bytes_of(agent::wire::NoKey{});
  if (how == "has-key") return bytes_of(agent::wire::HelloReply{true, {}});
  if (how == "garbage") return random_bytes(300);
  if (how == "oversized") return agent::ByteWriter().number(std::uint32_t{0x7fffffff}).raw(random_bytes(300)).take();
  if (how == "escapes") return escapes();
  if (how == "cut") return agent::ByteWriter().number(std::uint32_t{100}).raw(random_bytes(10)).take();
  throw std::runtime_error("no such answer: " + how);
}

// Passes bytes on until either side ends, and keeps all of them in `kept`.
void pass_on(int from, int to, Bytes& kept) {
  for (;;) {
    const Bytes bytes = receive_some(from);
    if (bytes.empty()) break;
    kept.insert(kept.end(), bytes.begin(), bytes.end());
    if (!send_all(to, bytes)) break;
  }
  shutdown(to, SHUT_WR);
}

void keep(const std::string& file, const Bytes& bytes) {
  // Later sessions must not replace the first, which the test replays.
  if (file.empty() || std::ifstream(file).good()) return;
  std::ofstream(file, std::ios::binary)
      .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
}

}  // namespace

void answer_wrongly(const Arguments& arguments) {
  const auto identity = arguments.identity();
  const auto context = context_for(identity, Role::responder);
  const std::string how = arguments.text("--how");
  for_each_connection(arguments, [&](FileDescriptor socket) {
    auto session = Session::start(std::move(socket), *context, Role::responder);
    const auto asked = session ? session->receive_frame() : std::nullopt;
    if (!asked) return;
    say("asked " + describe_request(*asked));
    if (how == "close") return;
    if (how != "silence") session->send(wrong_answer(how, arguments, *asked));
    // Closing early would turn a wrong answer into a broken connection.
    if (how != "cut") session->await_end();
  });
}

void stand_in_the_middle(const Arguments& arguments) {
  const auto identity = arguments.identity();
  const auto as_responder = context_for(identity, Role::responder);
  const auto as_initiator = context_for(identity, Role::initiator);
  for_each_connection(arguments, [&](FileDescriptor socket) {
    auto victim = Session::start(std::move(socket), *as_responder, Role::responder);
    const auto asked = victim ? victim->receive_frame() : std::nullopt;
    if (!asked) return;
    say("asked " + describe_request(*asked));
    auto other = Session::start(connect_to(arguments.address("--to"), ""), *as_initiator, Role::initiator);
    if (!other) return;
    other->send(agent::ByteWriter().number(static_cast<std::uint32_t>(asked->size())).raw(*asked).take());
    const auto answer = other->receive_frame();
    if (!answer) return say("answered nothing");
    say("answered " + describe_reply(*answer));
    victim->send(agent::ByteWriter().number(static_cast<std::uint32_t>(answer->size())).raw(*answer).take());
    victim->await_end();
  });
}

void record(const Arguments& arguments) {
  for_each_connection(arguments, [&](FileDescriptor client) {
    const FileDescriptor server = connect_to(arguments.address("--to"), "");
    Bytes from_client;
    Bytes from_server;
    std::thread forth([&] { pass_on(client.get(), server.get(), from_client); });
    pass_on(server.get(), client.get(), from_server);
    forth.join();
    keep(arguments.text("--client"), from_client);
    keep(arguments.text("--server"), from_server);
    say("recorded");
  });
}

void replay_server(const Arguments& arguments) {
  const auto recorded = platform::read_file(arguments.text("--record"), 1 << 20, platform::Links::refuse);
  if (!recorded) throw std::runtime_error(recorded.error().message);
  for_each_connection(arguments, [&](const FileDescriptor& socket) {
    // A server speaks second in TLS, so the replay waits for the ClientHello.
    if (receive_some(socket.get()).empty()) return;
    say("asked");
    send_all(socket.get(), recorded->content);
    await_end(socket.get());
  });
}

}  // namespace adversary
