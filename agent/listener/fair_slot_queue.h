// Lets so many in at once, fairly by address: see FairSlots. One thread.
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
    Turn(FairSlotQueue& turnstile, Id id) : turnstile_(&turnstile), id_(id) {}
    Turn(Turn&& other) noexcept : turnstile_(std::exchange(other.turnstile_, nullptr)), id_(other.id_) {}
    Turn& operator=(Turn&&) = delete;
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;
    ~Turn() {
      if (turnstile_ != nullptr) turnstile_->dismiss(id_);
    }

   private:
    FairSlotQueue* turnstile_;
    Id id_;
  };

  /// `evict` ends what somebody does inside, who has lost the place when it is called.
  FairSlotQueue(boost::asio::io_context& io, FairSlots::Limits limits, std::function<void(Id)> evict)
      : io_(io), places_(limits), evict_(std::move(evict)) {}

  /// Whoever was dismissed meanwhile comes back too, and has no place.
  boost::asio::awaitable<Turn> enter(Id id, const std::string& address) {
    if (!let_in(id, address)) {
      const auto waiting = std::make_shared<Timer>(io_, Timer::time_point::max());
      timers_.emplace(id, waiting);
      places_.wait(id, address);
      co_await waiting->async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
    }
    co_return Turn(*this, id);
  }

  /// Ends a turn, or the wait for one.
  void dismiss(Id id) {
    places_.leave(id);
    wake(id);
    while (const auto next = places_.admit_next()) wake(*next);
  }

 private:
  using Timer = boost::asio::steady_timer;

  bool let_in(Id id, const std::string& address) {
    if (!places_.is_free_for(address)) {
      const auto loser = places_.would_go_for(address);
      if (!loser) return false;
      places_.leave(*loser);
      places_.take(id, address);
      evict_(*loser);
      return true;
    }
    places_.take(id, address);
    return true;
  }

  void wake(Id id) {
    const auto timer = timers_.find(id);
    if (timer == timers_.end()) return;
    timer->second->cancel();
    timers_.erase(timer);
  }

  boost::asio::io_context& io_;
  FairSlots places_;
  std::function<void(Id)> evict_;
  std::map<Id, std::shared_ptr<Timer>> timers_;  // of those that wait
};

}  // namespace agent
