// SPDX-License-Identifier: ISC
// Connections whose peers have sent something to work on. One at a time gets its turn; the time of the turn is charged
// to the origin of the connection. First come those who have proved the key, then those who have spent the least. An
// origin that has spent all it may waits until it has more, and so do all strangers when they have spent all that
// strangers may together. For one thread, whose work is synchronous: what runs between two waits is one turn.
//
// The thread's own working time counts, so a host that is busy with something else makes nobody look costly.
//
// It bounds time and not memory: the server's limits on connections do that. Choosing costs as much as there are
// origins that wait, not connections: whoever has many of them must not make each turn slower.
#pragma once

#include <chrono>
#include <deque>
#include <map>
#include <memory>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include "agent/listener/origins.h"
#include "agent/listener/work_budget.h"
#include "platform/base/work_time.h"

namespace agent {

/// One connection, and what it has cost. A proof gives that back, because the limits are for strangers.
struct Worker {
  Origin origin;
  double spent = 0;  // milliseconds
  bool proved = false;
};

class WorkQueue {
 public:
  explicit WorkQueue(boost::asio::io_context& io) : io_(io), retry_(io) {}

  /// The handler is called, with an error code that means nothing, when the turn has come or the socket was closed. It
  /// has to make a Turn at once.
  template <class Handler>
  void enter(const Worker& worker, const boost::asio::ip::tcp::socket& socket, Handler handler) {
    auto& line = waiting_[worker.origin];
    line.push_back({&socket, std::make_unique<Timer>(io_, Timer::time_point::max())});
    line.back().wakes->async_wait(std::move(handler));
    grant_next();
  }

  /// From its making to its end the thread works for this connection.
  class Turn {
   public:
    Turn(WorkQueue& queue, std::shared_ptr<Worker> worker) : queue_(queue), worker_(std::move(worker)) {}
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;
    ~Turn();

   private:
    WorkQueue& queue_;
    std::shared_ptr<Worker> worker_;
    std::chrono::nanoseconds start_ = platform::thread_work_time();
  };

  [[nodiscard]] bool has_budget(const Origin& origin) const { return budget_.has_some(origin, Clock::now()); }
  void note_proof(Worker& worker);

 private:
  using Timer = boost::asio::steady_timer;
  using Clock = std::chrono::steady_clock;
  struct Waiting {
    const boost::asio::ip::tcp::socket* socket;
    std::unique_ptr<Timer> wakes;  // never expires; its end is the wake-up
  };
  using Lines = std::map<Origin, std::deque<Waiting>>;  // the longest wait first; none is empty

  void end(Worker& worker, std::chrono::nanoseconds worked);
  void grant_next();
  Lines::iterator first_in_turn(Clock::time_point now);
  void wake_closed(Clock::time_point now);

  boost::asio::io_context& io_;
  Timer retry_;
  WorkBudget budget_;
  Lines waiting_;
  std::size_t woken_ = 0;                // whose Turn has not ended
  std::chrono::nanoseconds choosing_{};  // the work of the last choice
  Clock::time_point looked_for_closed_;
};

}  // namespace agent
