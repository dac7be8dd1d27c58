// SPDX-License-Identifier: ISC
// A round ends at its time, also when it tells its progress at that very moment.
#include "agent/transport/peer_requests.h"

#include <atomic>
#include <chrono>
#include <memory>
#include <thread>

#include <doctest/doctest.h>

#include "tests/support/libsodium.h"
#include "tests/support/silent_server.h"

namespace {

using Clock = std::chrono::steady_clock;

// The second progress is due that much after the end.
bool is_unreachable(const agent::Address& silent, const agent::Identity& identity, std::chrono::microseconds late) {
  agent::RequestOptions options;
  options.time = std::chrono::seconds(2);
  options.progress = [late](std::size_t /*answered*/, std::size_t /*all*/) {
    for (const auto end = Clock::now() + late; Clock::now() < end;) continue;
  };
  const auto nothing = [](std::size_t, const agent::Contact&) { return std::nullopt; };
  const auto outcomes = agent::request_all(identity, std::nullopt, {silent}, nothing, options);
  const auto* trouble = std::get_if<agent::Trouble>(&outcomes.at(0));
  return trouble != nullptr && trouble->kind == agent::Trouble::Kind::unreachable;
}

}  // namespace

TEST_CASE("a round that is over when it would tell its progress ends") {
  const auto identity = agent::Identity::generate("om1");
  REQUIRE(identity);
  const tests::SilentServer silent;
  const agent::Address address{"127.0.0.1", silent.port()};
  // The two moments must be some microseconds apart for the handler of the progress to be queued at the end.
  constexpr int count = 64;
  const auto ended = std::make_shared<std::atomic<int>>(0);
  for (int i = 0; i < count; ++i) {
    // Not joined: a round that does not end must not hold up the test that reports it.
    std::thread([ended, address, identity = *identity, late = std::chrono::microseconds(i)] {
      *ended += is_unreachable(address, identity, late) ? 1 : 0;
    }).detach();
  }
  const auto give_up = Clock::now() + std::chrono::seconds(30);
  while (*ended < count && Clock::now() < give_up) std::this_thread::sleep_for(std::chrono::milliseconds(20));
  CHECK(ended->load() == count);
}
