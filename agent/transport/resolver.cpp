// SPDX-License-Identifier: ISC
#include "agent/transport/resolver.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "agent/base/limits.h"

namespace agent {

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using Clock = std::chrono::steady_clock;

// Shared with the thread that asks, because the thread may still be asking when nobody waits any more. Only the event
// loop's thread reads and writes it, so it needs no lock.
struct Waiting {
  Waiting(asio::io_context& io, Clock::time_point deadline) : timer(io, deadline) {}
  asio::steady_timer timer;
  error_code error;
  Resolver::Endpoints endpoints;
  bool done = false;
};

}  // namespace

asio::awaitable<std::variant<std::string, Resolver::Endpoints>> Resolver::resolve(const Address& address,
                                                                                  Clock::time_point deadline) {
  error_code not_numeric;
  const auto numeric = asio::ip::make_address(address.host, not_numeric);
  if (!not_numeric) co_return Endpoints{{numeric, address.port}};

  auto waiting = std::make_shared<Waiting>(*io_, deadline);
  // The thread holds a share of the loop. Its answer is posted to the loop, also when the answer comes too late.
  asio::post(threads(), [io = io_, waiting, address] {
    error_code error;
    asio::io_context local;  // some context is needed, and the shared one belongs to the loop's thread
    const auto found = tcp::resolver(local).resolve(address.host, std::to_string(address.port), error);
    Endpoints endpoints(found.begin(), found.end());
    asio::post(*io, [waiting, error, endpoints = std::move(endpoints)]() mutable {
      waiting->error = error;
      waiting->endpoints = std::move(endpoints);
      waiting->done = true;
      waiting->timer.cancel();
    });
  });
  co_await waiting->timer.async_wait(asio::as_tuple(asio::use_awaitable));
  if (!waiting->done) co_return "the name " + address.host + " does not resolve in time";
  if (waiting->error) co_return "the name " + address.host + " does not resolve: " + waiting->error.message();
  co_return std::move(waiting->endpoints);
}

asio::thread_pool& Resolver::threads() {
  // Leaked on purpose: its destructor would wait for name servers that do not answer. Made for the first name, so that
  // a command without names starts no threads.
  if (threads_ == nullptr) threads_ = new asio::thread_pool(limits::resolver_threads);
  return *threads_;
}

}  // namespace agent
