// SPDX-License-Identifier: ISC
// The values of an enum have the names that people type: each has one, and nothing else is a name.
#include "agent/base/names.h"

#include <cstdint>

#include <doctest/doctest.h>

namespace {

enum class Colour : std::uint8_t { red, green, blue };
constexpr agent::Names<Colour> colours("red", "green", "blue");

}  // namespace

TEST_CASE("a name leads to its value and back") {
  CHECK(colours.find("green") == Colour::green);
  CHECK(colours.of(Colour::blue) == "blue");
  CHECK_FALSE(colours.find("Green"));
  CHECK_FALSE(colours.find(""));
}

TEST_CASE("all names are listed for people and for the completion") {
  CHECK(colours.as_text() == "red, green or blue");
  CHECK(colours.as_choice() == "red|green|blue");
  CHECK(colours.all().size() == 3);
  CHECK(colours.all().back() == "blue");
}
