// SPDX-License-Identifier: ISC
#include "agent/transport/peer_requests.h"

#include <algorithm>
#include <memory>
#include <random>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "agent/base/limits.h"
#include "agent/transport/deadline.h"
#include "agent/transport/frame_reader.h"
#include "agent/transport/resolver.h"
#include "agent/transport/slots.h"
#include "agent/transport/tls_stream.h"

namespace agent {

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using Clock = std::chrono::steady_clock;
constexpr auto use_tuple = asio::as_tuple(asio::use_awaitable);

Trouble unreachable(std::string reason) { return {Trouble::Kind::unreachable, std::move(reason), std::nullopt}; }

constexpr const char* not_asked = "not asked in time";

std::vector<std::string> texts_of(const Resolver::Endpoints& endpoints) {
  std::vector<std::string> texts;
  for (const tcp::endpoint& endpoint : endpoints) texts.push_back(endpoint.address().to_string());
  return texts;
}

using Loop = std::shared_ptr<asio::io_context>;

// The network, another protocol and a distrusted certificate are told apart: a message that names the wrong
// one sends people to the wrong remedy.
Trouble trouble_of(const error_code& error, const Deadline& deadline, bool spoken) {
  // First, because an expired deadline closes the socket, and the error then only says that an operation was cancelled.
  if (deadline.expired()) return unreachable(spoken ? "no answer in time" : "no connection in time");
  // With or without a TLS close_notify. A listener that takes no more from this address for now closes in this way too.
  const bool closed = error == asio::error::eof || error == asio::ssl::error::stream_truncated ||
                      error == asio::error::connection_reset || error == asio::error::broken_pipe;
  if (spoken && closed) return unreachable(std::string(tls::closed_without_answer));
  if (error.category() != asio::error::get_ssl_category()) return unreachable(error.message());
  const auto diagnosis = tls::diagnose(static_cast<unsigned long>(error.value()));
  switch (diagnosis.failure) {
    case tls::Failure::connection: return unreachable(diagnosis.reason);
    case tls::Failure::incompatible: return {Trouble::Kind::incompatible, diagnosis.reason, std::nullopt};
    case tls::Failure::certificate: return {Trouble::Kind::untrusted, diagnosis.reason, std::nullopt};
  }
  __builtin_unreachable();
}

// Anything but the wrong protocol is a failure of this host's own library, which says nothing about the peer.
Trouble trouble_of(const platform::Error& error) {
  if (error.kind != platform::ErrorKind::peer_incompatible) return unreachable(error.message);
  return {Trouble::Kind::incompatible, error.message, std::nullopt};
}

Trouble nonsense() {
  return {Trouble::Kind::incompatible, "it answers something else than genkey-agent does", std::nullopt};
}

// One call of request_all(), on one thread. Coroutines below refer to its members, which live until run() returns.
class Round {
 public:
  Round(const Loop& io, const Identity& identity, const std::optional<tls::Authority>& authority,
        const std::vector<Address>& targets, const Question& question, const RequestOptions& options)
      : io_(*io),
        identity_(identity),
        authority_(authority),
        targets_(targets),
        question_(question),
        options_(options),
        handshakes_(*io, limits::handshakes_in_flight),
        resolver_(io),
        outcomes_(targets.size()) {}

  std::vector<Outcome> run() {
    end_ = Clock::now() + std::max<Clock::duration>(options_.time, limits::shortest_round);
    asio::co_spawn(io_, all_rounds(), asio::detached);
    tick();
    io_.run();
    return std::move(outcomes_);
  }

 private:
  asio::awaitable<void> all_rounds() {
    auto pause = limits::first_retry;
    for (;;) {
      co_await one_round();
      // A TLS problem is this host's own, such as a file that the account may not read: no later try goes better.
      const bool enough = unanswered() == 0 || !tls_problem_.empty() || (options_.enough && options_.enough(outcomes_));
      const auto left = end_ - Clock::now();
      if (enough || !options_.try_again || left <= Clock::duration::zero()) break;
      co_await sleep(std::min<Clock::duration>(jittered(pause), left));
      pause = std::min<std::chrono::milliseconds>(pause * 2, limits::longest_retry);
    }
    // A pending timer would keep run() from returning. One that has just expired cannot be cancelled any more: its
    // handler is queued, and must not set it again.
    ended_ = true;
    ticker_.cancel();
  }

  // `running` and `finished` live in this coroutine's frame. It ends only after the last coroutine that refers to
  // them.
  asio::awaitable<void> one_round() {
    asio::steady_timer finished(io_, Clock::time_point::max());
    std::size_t running = 0;
    for (std::size_t target = 0; target < targets_.size(); ++target) {
      if (!is_unanswered(outcomes_[target])) continue;
      ++running;
      asio::co_spawn(io_, ask(target), [this, target, &running, &finished](std::exception_ptr broken, Outcome outcome) {
        if (broken) std::rethrow_exception(broken);  // out of run(): a defect must not look like a silent peer
        keep(outcomes_[target], std::move(outcome));
        if (--running == 0) finished.cancel();
      });
    }
    if (running > 0) co_await finished.async_wait(use_tuple);
  }

  // A try that the end of the time cut short says less than the try before it.
  static void keep(Outcome& former, Outcome outcome) {
    const auto* cut = std::get_if<Trouble>(&outcome);
    const auto* reason = std::get_if<Trouble>(&former);
    if (cut != nullptr && cut->reason == not_asked && reason != nullptr && !reason->reason.empty()) return;
    former = std::move(outcome);
  }

  // If there are more addresses than handshakes in flight, each gets its share of the time. Otherwise a few silent ones
  // could hold all slots until the time is over. In a long wait an address is tried again instead.
  Clock::time_point limit_of_a_step() const {
    const auto turns =
        static_cast<std::int64_t>((targets_.size() + limits::handshakes_in_flight - 1) / limits::handshakes_in_flight);
    auto share = std::max<Clock::duration>(options_.time / turns, limits::shortest_round);
    if (options_.try_again) share = std::min<Clock::duration>(share, limits::peer_step);
    return std::min(end_, Clock::now() + share);
  }
  bool is_over() const { return Clock::now() >= end_; }

  asio::awaitable<void> sleep(Clock::duration time) {
    asio::steady_timer timer(io_, time);
    co_await timer.async_wait(use_tuple);
  }

  // Every other outcome is an answer. Asking again would give the same answer and cost the peer more time.
  static bool is_unanswered(const Outcome& outcome) {
    const auto* trouble = std::get_if<Trouble>(&outcome);
    return trouble != nullptr && trouble->kind == Trouble::Kind::unreachable;
  }
  std::size_t unanswered() const { return static_cast<std::size_t>(std::ranges::count_if(outcomes_, is_unanswered)); }

  // From half to one and a half of the pause, so that hosts that boot together do not all connect at once.
  Clock::duration jittered(std::chrono::milliseconds pause) {
    return std::chrono::milliseconds(
        std::uniform_int_distribution<std::int64_t>(pause.count() / 2, pause.count() * 3 / 2)(random_));
  }

  void tick() {
    if (!options_.progress) return;
    ticker_.expires_after(std::chrono::seconds(1));
    ticker_.async_wait([this](const error_code& error) {
      if (error || ended_) return;
      options_.progress(targets_.size() - unanswered(), targets_.size());
      tick();
    });
  }

  // Connecting needs no slot: addresses that never answer would hold up all others for their whole time.
  asio::awaitable<Outcome> ask(std::size_t target) {
    if (is_over()) co_return unreachable(not_asked);
    auto found = co_await resolver_.resolve(targets_[target], limit_of_a_step());
    if (auto* problem = std::get_if<std::string>(&found)) co_return unreachable(std::move(*problem));
    const auto& endpoints = std::get<Resolver::Endpoints>(found);
    tcp::socket socket(io_);
    if (auto trouble = co_await connect(socket, endpoints)) {
      trouble->tried = texts_of(endpoints);
      co_return *trouble;
    }

    if (!prepare_tls()) co_return unreachable(tls_problem_);
    // A waiting connection costs only a socket. TLS takes its memory after the slot, so the slots bound that memory.
    const auto slot = co_await handshakes_.take();
    if (is_over()) co_return unreachable(not_asked);
    TlsStream stream(socket, *context_);
    const Deadline deadline(socket, limit_of_a_step());
    const auto [error] = co_await stream.async_handshake(TlsStream::client, use_tuple);
    if (error) co_return trouble_of(error, deadline, true);
    // The socket just closes. A TLS close_notify would cost another exchange and tell the peer nothing new.
    co_return co_await talk(stream, target, deadline);
  }

  // Once, when the first address is connected: making a context takes time in which all peers can accept. If it fails,
  // for example because this account may not read the CA's file, nobody is asked.
  bool prepare_tls() {
    if (context_ || !tls_problem_.empty()) return context_.has_value();
    const auto made = options_.context ? platform::Result<tls::Context>(options_.context)
                                       : tls::make_context(tls::Role::initiator, identity_, authority_);
    if (made)
      context_ = asio_context(*made);
    else
      tls_problem_ = made.error().message;
    return context_.has_value();
  }

  asio::awaitable<std::optional<Trouble>> connect(tcp::socket& socket, const Resolver::Endpoints& endpoints) {
    const Deadline deadline(socket, limit_of_a_step());
    const auto [error, endpoint] = co_await asio::async_connect(socket, endpoints, use_tuple);
    if (error) co_return trouble_of(error, deadline, false);
    error_code ignored;  // without the option it is only slower: the request would wait for an acknowledgement
    socket.set_option(tcp::no_delay(true), ignored);
    co_return std::nullopt;
  }

  asio::awaitable<Outcome> talk(TlsStream& stream, std::size_t target, const Deadline& deadline) {
    auto established = tls::established(*stream.native_handle(), tls::Role::initiator, identity_);
    if (!established) co_return trouble_of(established.error());
    const Contact contact{established->peer, established->channel};
    // Before the question: with a CA, a proof or a ticket goes only to the host whose name was asked for.
    if (authority_ && !tls::is_named(*stream.native_handle(), targets_[target].host)) {
      co_return Trouble{Trouble::Kind::untrusted, "its certificate is not for " + targets_[target].host, contact.pin};
    }
    auto request = question_(target, contact);
    if (!request) co_return Trouble{Trouble::Kind::withheld, "", contact.pin};

    const wire::Frame frame = wire::encode(*request);
    const auto bytes = frame.bytes();
    // The result of writing is ignored on purpose. In TLS 1.3 the handshake is complete here before the peer has
    // checked our certificate, so the peer may be gone by now; its alert, which is read next, says why.
    co_await asio::async_write(stream, asio::buffer(bytes.data(), bytes.size()), use_tuple);
    auto reply = co_await read_reply(stream, deadline);
    if (auto* trouble = std::get_if<Trouble>(&reply)) co_return with_pin(std::move(*trouble), contact.pin);
    co_return Exchange{contact, std::move(*request), std::move(std::get<wire::Reply>(reply))};
  }

  static Trouble with_pin(Trouble trouble, const Pin& pin) {
    trouble.pin = pin;
    return trouble;
  }

  static asio::awaitable<std::variant<Trouble, wire::Reply>> read_reply(TlsStream& stream, const Deadline& deadline) {
    const auto frame = co_await read_frame(stream, limits::reply_size);
    if (const auto* error = std::get_if<error_code>(&frame)) co_return trouble_of(*error, deadline, true);
    if (std::holds_alternative<BadFrame>(frame)) co_return nonsense();
    auto reply = wire::decode_reply(std::get<wire::Frame>(frame).bytes());
    if (!reply) co_return nonsense();
    co_return std::move(*reply);
  }

  asio::io_context& io_;
  const Identity& identity_;
  const std::optional<tls::Authority>& authority_;
  const std::vector<Address>& targets_;
  const Question& question_;
  const RequestOptions& options_;
  std::optional<asio::ssl::context> context_;
  std::string tls_problem_;
  Slots handshakes_;
  Resolver resolver_;
  std::vector<Outcome> outcomes_;
  Clock::time_point end_;  // of the whole call
  bool ended_ = false;     // also before its time, unlike is_over()
  asio::steady_timer ticker_{io_};
  std::mt19937_64 random_{std::random_device{}()};  // for jitter only
};

}  // namespace

std::vector<Outcome> request_all(const Identity& identity, const std::optional<tls::Authority>& authority,
                                 const std::vector<Address>& targets, const Question& question,
                                 const RequestOptions& options) {
  if (targets.empty()) return {};
  return Round(std::make_shared<asio::io_context>(1), identity, authority, targets, question, options).run();
}

}  // namespace agent
