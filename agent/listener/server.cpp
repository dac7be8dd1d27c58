// SPDX-License-Identifier: ISC
#include "agent/listener/server.h"

#include <algorithm>
#include <array>
#include <csignal>
#include <map>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "agent/base/limits.h"
#include "agent/listener/acceptors.h"
#include "agent/listener/fair_slot_queue.h"
#include "agent/listener/metered_socket.h"
#include "agent/listener/origins.h"
#include "agent/listener/rate_limit.h"
#include "agent/listener/work_queue.h"
#include "agent/transport/deadline.h"
#include "agent/transport/frame_reader.h"
#include "agent/transport/tls_stream.h"
#include "platform/base/memory.h"
#include "platform/files/file_events.h"

namespace agent {

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using platform::Result;
using Clock = std::chrono::steady_clock;
using Id = FairSlots::Id;
constexpr auto use_tuple = asio::as_tuple(asio::use_awaitable);

}  // namespace

struct Server::Listening {
  ServerOptions options;
  asio::io_context io{1};
  std::vector<tcp::acceptor> acceptors;
};

namespace {

// One run of the server over its open acceptors.
class Service {
 public:
  struct Parts {
    asio::io_context& io;
    std::vector<tcp::acceptor>& acceptors;
    const std::optional<tls::Authority>& authority;
    const Identity& identity;
    Responder& responder;
    platform::FileWatch& key_file;
    const ServerEvents& events;
  };

  Service(const Parts& parts, const tls::Context& context)
      : parts_(parts),
        context_(asio_context(context)),
        work_(parts.io),
        handshakes_(parts.io, {limits::handshakes, limits::handshakes_per_address}, [this](Id id) { drop(id); }) {}

  Ended run(platform::FileWatch& claim_file, const std::function<bool(Responder&)>& claim_changed) {
    signals_.async_wait([this](const error_code& error, int /*number*/) {
      if (!error) end(Ended::signal);
    });
    // Owner and mode changes do not affect the key. `audit --fix` and `ensure` make them without stopping the listener.
    watch(key_events_, parts_.key_file,
          [this] { return parts_.key_file.was_present() && parts_.key_file.unchanged(); });
    watch(claim_events_, claim_file, [this, &claim_changed] { return claim_changed(parts_.responder); });
    // All acceptors share one thread. Nothing here needs a lock.
    for (tcp::acceptor& acceptor : parts_.acceptors) asio::co_spawn(parts_.io, accept(acceptor), asio::detached);
    parts_.io.run();
    // The descriptors belong to the watches, which outlive this server. Asio must not close them.
    key_events_.release();
    claim_events_.release();
    return *ended_;
  }

 private:
  struct Peer {
    Id id = 0;
    asio::ip::address address;
    std::shared_ptr<Worker> worker;
  };

  // Cancels everything that waits. run() returns when the last coroutine has ended, because each of them uses members
  // of this object.
  void end(Ended why) {
    if (ended_) return;
    ended_ = why;
    error_code ignored;
    signals_.cancel(ignored);
    key_events_.cancel();
    claim_events_.cancel();
    accept_pause_.cancel();
    for (tcp::acceptor& acceptor : parts_.acceptors) acceptor.close(ignored);
    for (const auto& [id, socket] : sockets_) socket->close(ignored);
  }

  void watch(platform::FileEvents& events, platform::FileWatch& file, std::function<bool()> goes_on) {
    events.wait(file, [this, &events, &file, goes_on = std::move(goes_on)](const error_code& error) mutable {
      if (error) return;
      // Events come for the whole directory. Reading them first keeps them from waking the loop without end.
      const bool concerned = file.take_events();
      if (concerned && !goes_on()) return end(Ended::key_changed);
      if (ended_) return;
      watch(events, file, std::move(goes_on));
    });
  }

  asio::awaitable<void> accept(tcp::acceptor& acceptor) {
    for (;;) {
      auto [error, socket] = co_await acceptor.async_accept(use_tuple);
      if (ended_) co_return;
      if (!error) {
        admit(std::move(socket));
        continue;
      }
      // Out of descriptors or memory. The same error would come back at once, so the acceptor waits for some to be free
      // instead of spinning.
      begin_pause(error);
      co_await accept_pause_.async_wait(use_tuple);
      if (ended_) co_return;
    }
  }

  // Descriptors and memory are missing for all acceptors alike, so one timer is enough. Setting it again would wake the
  // acceptors that wait on it already, and two acceptors would wake each other without end.
  void begin_pause(const error_code& error) {
    if (accept_pause_.expiry() > Clock::now()) return;
    parts_.events.problem("cannot accept a connection: " + error.message());
    accept_pause_.expires_after(std::chrono::seconds(1));
  }

  void admit(tcp::socket socket) {
    error_code error;
    // The peer may have gone by now, which is not worth a message.
    const auto remote = socket.remote_endpoint(error);
    if (error) return;
    const auto now = Clock::now();
    const Origin origin = origins_.of(remote.address(), now);
    // Before the TLS handshake, which is by far the most expensive part of a connection. No log line either: a flood
    // would fill the disk.
    if (!rate_.admit(origin.text, now) || !work_.has_budget(origin) || !make_room(origin.text)) return;
    const Id id = ++last_id_;
    connections_.take(id, origin.text);
    const Peer peer{id, remote.address(), std::make_shared<Worker>(Worker{origin})};
    asio::co_spawn(parts_.io, serve(std::move(socket), peer), [this, id](const std::exception_ptr& broken) {
      if (broken) report(broken);
      leave(id);
    });
  }

  // A newcomer takes the slot of a silent or slow connection, at the address that has the most. Refusing newcomers
  // instead would let an attacker hold all slots.
  bool make_room(const std::string& from) {
    if (connections_.is_free_for(from)) return true;
    const auto loser = connections_.would_go_for(from);
    if (!loser) return false;
    drop(*loser);
    return true;
  }

  void drop(Id id) {
    connections_.leave(id);
    error_code ignored;
    const auto found = sockets_.find(id);
    if (found != sockets_.end()) found->second->close(ignored);
    handshakes_.dismiss(id);  // a coroutine that waits for a turn would not notice
  }

  // An exception ends the connection in which it was thrown, and never the listener: one peer must not be able to stop
  // it for all.
  void report(const std::exception_ptr& broken) {
    try {
      std::rethrow_exception(broken);
    } catch (const std::exception& error) {
      parts_.events.problem(std::string("a connection broke: ") + error.what());
    }
  }

  void leave(Id id) {
    connections_.leave(id);
    // A rush leaves the heap fragmented. The memory goes back once, when the rush is over, because doing it after each
    // connection would cost more than it gives.
    if (connections_.size() == 0 && std::exchange(busiest_, 0) > limits::handshakes) platform::give_memory_back();
  }

  asio::awaitable<void> serve(tcp::socket socket, Peer peer) {
    // A coroutine runs later than it is made. The slot may have gone to another connection since.
    if (ended_ || !connections_.has_slot(peer.id)) co_return;
    busiest_ = std::max(busiest_, connections_.size());
    const Connection connection(sockets_, peer.id, socket);
    // One deadline for the whole connection. A limit per read could be stretched byte by byte.
    const Deadline deadline(socket, Clock::now() + limits::connection_time);
    // Until the peer sends its first byte it costs a socket and no TLS state, and it is the first to go when slots are
    // short.
    connections_.mark_silent(peer.id, true);
    const auto [error] = co_await socket.async_wait(tcp::socket::wait_read, use_tuple);
    connections_.mark_silent(peer.id, false);
    if (!error) co_await shake_hands_and_answer(socket, peer);
  }

  asio::awaitable<void> shake_hands_and_answer(tcp::socket& socket, const Peer& peer) {
    if (!socket.is_open()) co_return;
    error_code ignored;
    // Requests and replies are single small messages. Nagle's algorithm would delay each of them.
    socket.set_option(tcp::no_delay(true), ignored);
    MeteredSocket metered(socket, work_, peer.worker);
    asio::ssl::stream<MeteredSocket&> stream(metered, context_);
    {
      // The slot covers the handshake only. The slots bound the memory of TLS, and must be free again while the peer
      // thinks. The processor's time is bounded by work_.
      const auto slot = co_await handshakes_.enter(peer.id, peer.worker->origin.text);
      // The connection may have lost its slot during the wait.
      if (!socket.is_open()) co_return;
      const auto [error] = co_await stream.async_handshake(asio::ssl::stream_base::server, use_tuple);
      if (error) co_return;
    }
    // A request has a fixed bound, so that a stranger cannot make this process allocate at will.
    const auto frame = co_await read_frame(stream, limits::request_size);
    if (!std::holds_alternative<wire::Frame>(frame)) co_return;
    const auto request = wire::decode_request(std::get<wire::Frame>(frame).bytes());
    // No answer to what is not a request: an error message would help only somebody who tries out the parser.
    if (!request) co_return;
    const auto reply = answer(*stream.native_handle(), *request, peer);
    if (!reply) co_return;
    // The frame may hold the key. It stays in locked memory and is written from there.
    const wire::Frame answered = wire::encode(*reply);
    const auto bytes = answered.bytes();
    co_await asio::async_write(stream, asio::buffer(bytes.data(), bytes.size()), use_tuple);
    // Closing here could reset the connection and lose the last bytes on their way, so the peer closes first. The
    // deadline bounds the wait.
    std::array<std::byte, 1> rest{};
    co_await stream.async_read_some(asio::buffer(rest), use_tuple);
  }

  std::optional<wire::Reply> answer(SSL& connection, const wire::Request& request, const Peer& peer) {
    // A network mount reports no events for changes by other hosts, so the file is examined before each answer as well.
    if (!parts_.key_file.unchanged()) {
      // Nothing may be proved with a key that is no longer the one on the disk. serve starts anew with what is there
      // now.
      end(Ended::key_changed);
      return std::nullopt;
    }
    auto established = tls::established(connection, tls::Role::responder, parts_.identity);
    if (!established) return std::nullopt;
    const auto& authority = parts_.authority;
    const bool allowed = authority && tls::is_allowed(established->names, authority->allow);
    // The CA checks that a certificate is genuine, and `allow` which of its many hosts belong to this fleet. Without
    // this line any host of the CA could ask.
    if (authority && !authority->allow.empty() && !allowed) return wire::Refused{wire::Refusal::not_allowed};
    const Caller caller{established->peer, peer.worker->origin.text, std::move(established->channel), allowed};
    auto reply = parts_.responder.respond(request, caller, platform::now());
    // An error is about this host's disk. It goes into the log and not to a stranger.
    if (!reply) {
      parts_.events.problem(reply.error().message);
      return std::nullopt;
    }
    if (const auto problem = parts_.responder.take_state_problem()) parts_.events.problem(problem->message);
    if (shows_a_holder(*reply)) {
      work_.note_proof(*peer.worker);
      origins_.note_proof(peer.address, Clock::now());
    }
    return std::move(*reply);
  }

  // Whether the peer has the key, by proof or by receiving it now.
  static bool shows_a_holder(const wire::Reply& reply) {
    return std::holds_alternative<wire::AgreeReply>(reply) || std::holds_alternative<wire::Handover>(reply) ||
           std::holds_alternative<wire::FactsReply>(reply);
  }

  const Parts parts_;
  asio::ssl::context context_;
  WorkQueue work_;
  FairSlotQueue handshakes_;
  RateLimit<Clock::time_point> rate_{{limits::rate_burst, limits::rate_per_second}};
  Origins origins_;
  FairSlots connections_{{limits::connections, limits::connections_per_address}};
  Id last_id_ = 0;
  using Sockets = std::map<Id, tcp::socket*>;
  // The destructor removes the socket from the list on every way out, exceptions and cancelled coroutines included. A
  // stale pointer there would be closed by drop().
  class Connection {
   public:
    Connection(Sockets& all, Id id, tcp::socket& socket) : all_(all), id_(id) { all_.emplace(id, &socket); }
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;
    ~Connection() { all_.erase(id_); }

   private:
    Sockets& all_;
    Id id_;
  };
  Sockets sockets_;
  std::size_t busiest_ = 0;  // since nobody was connected
  asio::signal_set signals_{parts_.io, SIGTERM, SIGINT};
  asio::steady_timer accept_pause_{parts_.io};  // one for all acceptors
  platform::FileEvents key_events_{parts_.io};
  platform::FileEvents claim_events_{parts_.io};
  std::optional<Ended> ended_;
};

}  // namespace

Server::Server(std::unique_ptr<Listening> listening) : listening_(std::move(listening)) {}
Server::Server(Server&&) noexcept = default;
Server& Server::operator=(Server&&) noexcept = default;
Server::~Server() = default;

Result<Server> Server::bind(const ServerOptions& options) {
  auto listening = std::make_unique<Listening>();
  listening->options = options;
  listening->acceptors = TRY(bind_acceptors(listening->io, options.listen));
  return Server(std::move(listening));
}

Result<Ended> Server::run(const Identity& identity, Responder& responder, platform::FileWatch& key_file,
                          platform::FileWatch& claim_file, const std::function<bool(Responder&)>& claim_changed,
                          const ServerEvents& events) {
  const auto context = TRY(tls::make_context(tls::Role::responder, identity, listening_->options.authority));
  // The bound ports and not the configured ones: port 0 means any free port.
  std::vector<Address> addresses;
  for (const tcp::acceptor& acceptor : listening_->acceptors) {
    const auto endpoint = acceptor.local_endpoint();
    addresses.push_back({endpoint.address().to_string(), endpoint.port()});
  }
  events.ready(addresses);
  Service service({.io = listening_->io,
                   .acceptors = listening_->acceptors,
                   .authority = listening_->options.authority,
                   .identity = identity,
                   .responder = responder,
                   .key_file = key_file,
                   .events = events},
                  context);
  // Starting up allocated what an idle listener never uses again.
  platform::give_memory_back();
  return service.run(claim_file, claim_changed);
}

}  // namespace agent
