// SPDX-License-Identifier: ISC
#include "agent/transport/name_lookup.h"

#include <memory>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "agent/transport/resolver.h"

namespace agent {

namespace asio = boost::asio;

std::vector<std::string> problems_of_names(const std::vector<Address>& addresses, std::chrono::milliseconds time) {
  const auto io = std::make_shared<asio::io_context>(1);
  Resolver resolver(io);
  std::vector<std::string> problems(addresses.size());
  const auto deadline = std::chrono::steady_clock::now() + time;
  const auto look_up = [&](std::size_t at) -> asio::awaitable<void> {
    const auto found = co_await resolver.resolve(addresses[at], deadline);
    if (const auto* problem = std::get_if<std::string>(&found)) problems[at] = *problem;
  };
  for (std::size_t at = 0; at < addresses.size(); ++at) asio::co_spawn(*io, look_up(at), asio::detached);
  io->run();
  return problems;
}

}  // namespace agent
