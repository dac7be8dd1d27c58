// SPDX-License-Identifier: ISC
// Bytes and their text forms.
#include "platform/base/bytes.h"

#include <doctest/doctest.h>

using platform::Bytes;

TEST_CASE("no text is no bytes, also where it has no address") {
  CHECK(platform::base64url_decode({}) == Bytes());
  CHECK(platform::base64url_decode("") == Bytes());
  CHECK(platform::hex_decode({}) == Bytes());
  CHECK(platform::base64url_encode({}).empty());
  CHECK(platform::hex_encode({}).empty());
}

// RFC 4648, section 10, without padding.
TEST_CASE("base64url is what the standard says") {
  for (const auto& [plain, text] : {std::pair("f", "Zg"), std::pair("foo", "Zm9v"), std::pair("foobar", "Zm9vYmFy"),
                                    std::pair("\xfb\xff", "-_8")}) {
    CHECK(platform::base64url_encode(platform::view_of(plain)) == text);
    const auto decoded = platform::base64url_decode(text);
    REQUIRE(decoded);
    CHECK(platform::text_of(*decoded) == plain);
  }
  CHECK_FALSE(platform::base64url_decode("Zg=="));
  CHECK(platform::base64url_decode("Zm9_"));
  CHECK_FALSE(platform::base64url_decode("Zm9\xe9"));
}
