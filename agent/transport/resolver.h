// Names to addresses, within a time limit.
//
// Resolving blocks, and one dead name must not hold up the others: a few threads do it, and each waiter gives up by its
// own clock. A thread that is still asking by then keeps the event loop alive, and the process ends without it.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/thread_pool.hpp>

#include "agent/protocol/address.h"

namespace agent {

class Resolver {
 public:
  using Endpoints = std::vector<boost::asio::ip::tcp::endpoint>;

  explicit Resolver(std::shared_ptr<boost::asio::io_context> io) : io_(std::move(io)) {}

  /// Or a sentence that says why there are none. A numeric address is its own endpoint, at once.
  boost::asio::awaitable<std::variant<std::string, Endpoints>> resolve(const Address& address,
                                                                       std::chrono::steady_clock::time_point deadline);

 private:
  boost::asio::thread_pool& threads();

  std::shared_ptr<boost::asio::io_context> io_;
  boost::asio::thread_pool* threads_ = nullptr;
};

}  // namespace agent
