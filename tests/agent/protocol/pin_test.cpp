// SPDX-License-Identifier: ISC
// Pins as text, and what a refused address says.
#include "agent/protocol/pin.h"

#include <doctest/doctest.h>

#include "agent/protocol/address.h"

TEST_CASE("a pin is 64 hex digits") {
  agent::Pin pin;
  pin.bytes.fill(std::byte{0xa5});
  CHECK(agent::Pin::parse(pin.text()) == pin);
  CHECK(pin.text().size() == 64);
  CHECK_FALSE(agent::Pin::parse(""));
  CHECK_FALSE(agent::Pin::parse(pin.text().substr(2)));
  CHECK_FALSE(agent::Pin::parse(pin.text() + "00"));
  CHECK_FALSE(agent::Pin::parse(std::string(64, 'g')));
}

TEST_CASE("a refused address repeats nothing that could move a cursor") {
  const auto refused = agent::parse_address("om1\x1b[2J");
  REQUIRE_FALSE(refused);
  CHECK(refused.error().message.find('\x1b') == std::string::npos);
}
