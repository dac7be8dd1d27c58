// SPDX-License-Identifier: ISC
// Names to addresses, within a time limit.
//
// The system's resolver blocks and cannot be interrupted, and one dead name must not hold up the others. Asio's own
// async_resolve() asks for all names on one thread. So a few threads ask here, and each waiter gives up at its own
// deadline. A thread whose waiter has given up goes on until the resolver's own time is over. It keeps the event loop
// alive meanwhile, and the process may end without waiting for it.
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

  /// The endpoints, or a sentence that says why there are none. A numeric address needs no thread and no waiting.
  /// Nothing is cached.
  boost::asio::awaitable<std::variant<std::string, Endpoints>> resolve(const Address& address,
                                                                       std::chrono::steady_clock::time_point deadline);

 private:
  boost::asio::thread_pool& threads();

  std::shared_ptr<boost::asio::io_context> io_;
  boost::asio::thread_pool* threads_ = nullptr;
};

}  // namespace agent
