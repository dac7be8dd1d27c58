// A queue for a fixed number of slots, fair by address: see FairSlots. For one thread.
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

  /// Held while inside.
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

  /// `evict` ends the work of whoever has just lost the slot.
  FairSlotQueue(boost::asio::io_context& io, FairSlots::Limits limits, std::function<void(Id)> evict)
      : io_(io), slots_(limits), evict_(std::move(evict)) {}

  /// Whoever was dismissed meanwhile comes back too, without a slot.
  boost::asio::awaitable<Turn> enter(Id id, const std::string& address) {
    if (!let_in(id, address)) {
      const auto waiting = std::make_shared<Timer>(io_, Timer::time_point::max());
      timers_.emplace(id, waiting);
      slots_.wait(id, address);
      co_await waiting->async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
    }
    co_return Turn(*this, id);
  }

  /// Ends a turn, or the wait for one.
  void dismiss(Id id) {
    slots_.leave(id);
    wake(id);
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
