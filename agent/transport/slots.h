// Lets so many in at once; the others wait their turn. One thread.
#pragma once

#include <cstddef>
#include <deque>
#include <memory>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace agent {

class Turnstile {
 public:
  /// Held while inside.
  class Turn {
   public:
    explicit Turn(Turnstile& turnstile) : turnstile_(&turnstile) {}
    Turn(Turn&& other) noexcept : turnstile_(std::exchange(other.turnstile_, nullptr)) {}
    Turn& operator=(Turn&&) = delete;
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;
    ~Turn() {
      if (turnstile_ != nullptr) turnstile_->leave();
    }

   private:
    Turnstile* turnstile_;
  };

  Turnstile(boost::asio::io_context& io, std::size_t places) : io_(io), places_(places) {}

  boost::asio::awaitable<Turn> enter() {
    if (inside_ >= places_) {
      auto waiting = std::make_shared<Timer>(io_, Timer::time_point::max());
      waiting_.push_back(waiting);
      co_await waiting->async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
      co_return Turn(*this);  // whoever left handed over its place
    }
    ++inside_;
    co_return Turn(*this);
  }

 private:
  using Timer = boost::asio::steady_timer;

  void leave() {
    if (waiting_.empty()) {
      --inside_;
      return;
    }
    waiting_.front()->cancel();
    waiting_.pop_front();
  }

  boost::asio::io_context& io_;
  std::size_t places_;
  std::size_t inside_ = 0;
  std::deque<std::shared_ptr<Timer>> waiting_;
};

}  // namespace agent
