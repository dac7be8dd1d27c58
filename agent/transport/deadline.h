// SPDX-License-Identifier: ISC
// Closes a socket when its time is over, so that whatever waits on it ends with an error.
//
// One deadline covers a whole conversation. A limit for each read would let a peer that sends one byte at a time hold
// the connection for ever.
#pragma once

#include <chrono>
#include <memory>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

namespace agent {

/// The socket outlives it. One thread: nothing here is locked.
class Deadline {
 public:
  Deadline(boost::asio::ip::tcp::socket& socket, std::chrono::steady_clock::time_point when)
      : timer_(socket.get_executor(), when) {
    timer_.async_wait([state = state_, &socket](const boost::system::error_code& error) {
      if (error || state->over) return;
      state->expired = true;
      boost::system::error_code ignored;  // a socket that cannot be closed is closed already
      socket.close(ignored);
    });
  }
  Deadline(const Deadline&) = delete;
  Deadline& operator=(const Deadline&) = delete;
  ~Deadline() { state_->over = true; }

  /// Whether the deadline closed the socket. The error on the socket alone does not show whether the peer did.
  [[nodiscard]] bool expired() const { return state_->expired; }

 private:
  // Outlives this object: when it is destroyed, the timer's handler may be queued already, and cancelling comes too
  // late.
  struct State {
    bool over = false;
    bool expired = false;
  };
  std::shared_ptr<State> state_ = std::make_shared<State>();
  boost::asio::steady_timer timer_;
};

}  // namespace agent
