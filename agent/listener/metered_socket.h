// SPDX-License-Identifier: ISC
// The socket under a TLS stream of the listener. What a peer has sent is read only in a turn of the WorkQueue, and what
// the stream and its user do with it, down to their next wait, is charged to that turn.
#pragma once

#include <memory>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/compose.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "agent/listener/work_queue.h"

namespace agent {

class MeteredSocket {
 public:
  // The names that Asio's stream asks for.
  // NOLINTBEGIN(readability-identifier-naming)
  using executor_type = boost::asio::ip::tcp::socket::executor_type;
  using lowest_layer_type = boost::asio::ip::tcp::socket::lowest_layer_type;
  // NOLINTEND(readability-identifier-naming)

  /// Socket and queue outlive it.
  MeteredSocket(boost::asio::ip::tcp::socket& socket, WorkQueue& queue, std::shared_ptr<Worker> worker)
      : socket_(socket), queue_(queue), worker_(std::move(worker)) {
    boost::system::error_code ignored;  // a socket that is closed by now says so when it is read
    socket_.non_blocking(true, ignored);
  }

  executor_type get_executor() { return socket_.get_executor(); }
  lowest_layer_type& lowest_layer() { return socket_.lowest_layer(); }

  template <class Buffers, class Token>
  auto async_read_some(const Buffers& buffers, Token&& token) {
    return boost::asio::async_compose<Token, void(boost::system::error_code, std::size_t)>(
        ReadInTurn<Buffers>{this, buffers}, token, socket_);
  }
  template <class Buffers, class Token>
  auto async_write_some(const Buffers& buffers, Token&& token) {
    return socket_.async_write_some(buffers, std::forward<Token>(token));
  }

 private:
  template <class Buffers>
  struct ReadInTurn {
    MeteredSocket* from = nullptr;
    Buffers buffers;
    enum class Step : std::uint8_t { begin, readable, turn } step = Step::begin;

    template <class Self>
    void operator()(Self& self, boost::system::error_code error = {}, std::size_t /*size*/ = 0) {
      // Not members of this object, which is gone when `self` is moved or completed.
      auto& socket = from->socket_;
      auto& queue = from->queue_;
      const std::shared_ptr<Worker> worker = from->worker_;
      // The stream reads nothing when it has the bytes already and only wants to be called from the loop.
      const bool wants_bytes = boost::asio::buffer_size(buffers) > 0;
      if (step == Step::begin && wants_bytes) {
        step = Step::readable;
        return socket.async_wait(boost::asio::ip::tcp::socket::wait_read, std::move(self));
      }
      if (step == Step::readable && error) return self.complete(error, 0);
      if (step != Step::turn) {
        step = Step::turn;
        return queue.enter(*worker, socket, std::move(self));
      }
      const WorkQueue::Turn turn(queue, worker);
      error = {};
      const bool open = socket.is_open();
      const std::size_t got = open && wants_bytes ? socket.read_some(buffers, error) : 0;
      if (!open) error = boost::asio::error::operation_aborted;
      if (error != boost::asio::error::would_block) return self.complete(error, got);
      step = Step::readable;
      socket.async_wait(boost::asio::ip::tcp::socket::wait_read, std::move(self));
    }
  };

  boost::asio::ip::tcp::socket& socket_;
  WorkQueue& queue_;
  std::shared_ptr<Worker> worker_;
};

}  // namespace agent
