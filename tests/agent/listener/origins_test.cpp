// SPDX-License-Identifier: ISC
// For whom a connection counts.
#include "agent/listener/origins.h"

#include <doctest/doctest.h>

#include "agent/base/limits.h"

using agent::Origins;

namespace {

constexpr Origins::Time start{std::chrono::hours(10)};

boost::asio::ip::address address(const char* text) { return boost::asio::ip::make_address(text); }
std::string origin(const Origins& origins, const char* text, Origins::Time now = start) {
  return origins.of(address(text), now).text;
}

}  // namespace

TEST_CASE("each IPv4 address counts alone, in whichever form it is shown") {
  const Origins origins;
  CHECK(origin(origins, "10.0.0.1") == "10.0.0.1");
  CHECK(origin(origins, "::ffff:10.0.0.1") == "10.0.0.1");
  CHECK(origin(origins, "10.0.0.2") == "10.0.0.2");
}

TEST_CASE("whoever has an IPv6 network has one budget and not 2^64") {
  const Origins origins;
  CHECK(origin(origins, "2001:db8:0:1::1") == "2001:db8:0:1::/64");
  CHECK(origin(origins, "2001:db8:0:1:ffff:ffff:ffff:ffff") == "2001:db8:0:1::/64");
  CHECK(origin(origins, "2001:db8:0:2::1") == "2001:db8:0:2::/64");
  CHECK(origin(origins, "fe80::1%3") == origin(origins, "fe80::2%4"));
}

TEST_CASE("a host that has proved the key counts alone for an hour, and its neighbours do not") {
  Origins origins;
  origins.note_proof(address("2001:db8::1"), start);
  CHECK(origin(origins, "2001:db8::1") == "2001:db8::1");
  CHECK(origins.of(address("2001:db8::1"), start).proved);
  CHECK(origin(origins, "2001:db8::2") == "2001:db8::/64");
  CHECK_FALSE(origins.of(address("2001:db8::2"), start).proved);
  const auto later = start + agent::limits::proved_address_life + std::chrono::seconds(1);
  CHECK(origin(origins, "2001:db8::1", later) == "2001:db8::/64");
}

TEST_CASE("more hosts than are kept push out the one that proved the key first") {
  Origins origins;
  origins.note_proof(address("10.0.0.1"), start);
  for (std::size_t at = 0; at < agent::limits::proved_addresses; ++at) {
    const auto number = std::to_string(at / 250) + "." + std::to_string(at % 250);
    origins.note_proof(address(("10.1." + number).c_str()), start + std::chrono::seconds(1));
  }
  CHECK_FALSE(origins.of(address("10.0.0.1"), start + std::chrono::seconds(1)).proved);
  CHECK(origins.of(address("10.1.0.0"), start + std::chrono::seconds(1)).proved);
}
