// SPDX-License-Identifier: ISC
// A bounded number of slots, given out in the order in which they were asked for. For one thread: nothing is locked.
// No requester has precedence: all are this program's own. agent/listener/fair_slots.h shares slots among strangers.
#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace agent {

class Slots {
 public:
  /// Given back when it is destroyed. The Slots outlive it.
  class Slot {
   public:
    explicit Slot(Slots& slots) : slots_(&slots) {}
    Slot(Slot&& other) noexcept : slots_(std::exchange(other.slots_, nullptr)) {}
    Slot& operator=(Slot&&) = delete;
    Slot(const Slot&) = delete;
    Slot& operator=(const Slot&) = delete;
    ~Slot() {
      if (slots_ != nullptr) slots_->give_back();
    }

   private:
    Slots* slots_;
  };

  Slots(boost::asio::io_context& io, std::size_t count) : io_(io), count_(count) {}

  /// Waits until one is free.
  boost::asio::awaitable<Slot> take() {
    if (taken_ >= count_) {
      auto waiting = std::make_shared<Timer>(io_, Timer::time_point::max());
      waiting_.push_back(waiting);
      co_await waiting->async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
      co_return Slot(*this);  // its last owner passed it on, so taken_ counts it already
    }
    ++taken_;
    co_return Slot(*this);
  }

 private:
  using Timer = boost::asio::steady_timer;

  // A slot goes straight to the first who waits. If it became free in between, a newcomer could take it first.
  void give_back() {
    if (waiting_.empty()) {
      --taken_;
      return;
    }
    waiting_.front()->cancel();
    waiting_.pop_front();
  }

  boost::asio::io_context& io_;
  std::size_t count_;
  std::size_t taken_ = 0;
  std::deque<std::shared_ptr<Timer>> waiting_;
};

}  // namespace agent
