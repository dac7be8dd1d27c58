// Closes a socket when its time is over, so that whatever waits on it ends.
#pragma once

#include <chrono>
#include <memory>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

namespace agent {

class Deadline {
 public:
  Deadline(boost::asio::ip::tcp::socket& socket, std::chrono::steady_clock::time_point when)
      : timer_(socket.get_executor(), when) {
    timer_.async_wait([state = state_, &socket](const boost::system::error_code& error) {
      if (error || state->over) return;
      state->expired = true;
      boost::system::error_code ignored;
      socket.close(ignored);
    });
  }
  Deadline(const Deadline&) = delete;
  Deadline& operator=(const Deadline&) = delete;
  ~Deadline() { state_->over = true; }

  [[nodiscard]] bool expired() const { return state_->expired; }

 private:
  // Outlives us: the timer's handler may already be on its way.
  struct State {
    bool over = false;
    bool expired = false;
  };
  std::shared_ptr<State> state_ = std::make_shared<State>();
  boost::asio::steady_timer timer_;
};

}  // namespace agent
