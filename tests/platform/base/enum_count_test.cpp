// SPDX-License-Identifier: ISC
// Tables and loops that an enum's next enumerator makes fail to compile rely on this count.
#include "platform/base/enum_count.h"

#include <cstdint>

#include <doctest/doctest.h>

namespace {

enum class Size : std::uint8_t { small, medium, large };
enum class Only : std::uint8_t { one };

}  // namespace

namespace tests {

enum class Outside : std::uint8_t { first, second };

}  // namespace tests

TEST_CASE("the enumerators of an enum are counted, in any namespace") {
  static_assert(platform::enum_count<Size>() == 3);
  static_assert(platform::enum_count<Only>() == 1);
  static_assert(platform::enum_count<tests::Outside>() == 2);
  CHECK(platform::enum_count<Size>() == 3);
}

TEST_CASE("all enumerators come in their order") {
  const auto all = platform::all_of<Size>();
  REQUIRE(all.size() == 3);
  CHECK((all[0] == Size::small));
  CHECK((all[2] == Size::large));
}
