// SPDX-License-Identifier: ISC
// A queue for a fixed number of slots, fair by address: see FairSlots. For one thread. It bounds the slots and not the
// queue; the server's own limit on connections does that.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "agent/listener/fair_slots.h"

namespace agent {

class FairSlotQueue {
 public:
  using Id = FairSlots::Id;

  /// Holds the slot; its destructor frees the slot. The queue must outlive it.
  class Turn {
   public:
    Turn(FairSlotQueue& queue, Id id) : queue_(&queue), id_(id) {}
    Turn(Turn&& other) noexcept : queue_(std::exchange(other.queue_, nullptr)), id_(other.id_) {}
    Turn& operator=(Turn&&) = delete;
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;
    ~Turn() {
      if (queue_ != nullptr) queue_->dismiss(id_);
    }

   private:
    FairSlotQueue* queue_;
    Id id_;
  };

  /// `evict` is called with the id that has just lost its slot, and has to end that work.
  FairSlotQueue(boost::asio::io_context& io, FairSlots::Limits limits, std::function<void(Id)> evict)
      : io_(io), slots_(limits), evict_(std::move(evict)) {}

  /// Waits for a slot. A caller that was dismissed in the meantime returns too, without a slot, and must check whether
  /// its connection is still open.
  boost::asio::awaitable<Turn> enter(Id id, const std::string& address) {
    if (!let_in(id, address)) {
      // The timer never expires; cancelling it is the wake-up. It is shared, because wake() removes it from the map
      // before this coroutine continues.
      const auto waiting = std::make_shared<Timer>(io_, Timer::time_point::max());
      timers_.emplace(id, waiting);
      slots_.wait(id, address);
      co_await waiting->async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
    }
    co_return Turn(*this, id);
  }

  /// Ends a turn, or the wait for a turn. Harmless for an id that has neither.
  void dismiss(Id id) {
    slots_.leave(id);
    wake(id);
    // A loop: one departure can make room for several, when a limit per address was what held them.
    while (const auto next = slots_.admit_next()) wake(*next);
  }

 private:
  using Timer = boost::asio::steady_timer;

  bool let_in(Id id, const std::string& address) {
    if (!slots_.is_free_for(address)) {
      const auto loser = slots_.would_go_for(address);
      if (!loser) return false;
      slots_.leave(*loser);
      slots_.take(id, address);
      // Last, because the callback calls back into this queue and must find it consistent.
      evict_(*loser);
      return true;
    }
    slots_.take(id, address);
    return true;
  }

  void wake(Id id) {
    const auto timer = timers_.find(id);
    if (timer == timers_.end()) return;
    timer->second->cancel();
    timers_.erase(timer);
  }

  boost::asio::io_context& io_;
  FairSlots slots_;
  std::function<void(Id)> evict_;
  std::map<Id, std::shared_ptr<Timer>> timers_;  // of those that wait
};

}  // namespace agent
