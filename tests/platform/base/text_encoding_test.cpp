// SPDX-License-Identifier: ISC
// Text as editors save it.
#include "platform/base/text_encoding.h"

#include <doctest/doctest.h>

using platform::ErrorKind;
using platform::utf8_text;

namespace {

std::string read(std::string_view saved) {
  const auto text = utf8_text(saved, "the file", ErrorKind::usage);
  return text ? std::string(*text) : text.error().message;
}

}  // namespace

TEST_CASE("one mark before a text is dropped, and nothing else of it") {
  CHECK(read("") == "");
  CHECK(read("name") == "name");
  CHECK(read("\xef\xbb\xbfname") == "name");
  CHECK(read("\xef\xbb\xbf") == "");
  CHECK(read("\xef\xbb\xbf\xef\xbb\xbfname") == "\xef\xbb\xbfname");
  CHECK(read("na\xef\xbb\xbfme") == "na\xef\xbb\xbfme");
  CHECK(platform::has_mark("\xef\xbb\xbf"));
  CHECK_FALSE(platform::has_mark("\xef\xbb"));
}

TEST_CASE("UTF-16 is refused in both orders, with its mark and without, and short binary text is not taken for it") {
  const std::string refusal = "the file is UTF-16 text; save it as UTF-8";
  using namespace std::string_view_literals;
  for (const auto wide : {"\xff\xfe"sv,
                          "\xff\xfe"
                          "n\0"sv,
                          "\xfe\xff\0a"sv, "a\0b\0"sv, "\0a\0b"sv})
    CHECK(read(wide) == refusal);
  for (const auto other : {"a\0"sv, "a\0b"sv, "\0\0\0\0"sv, "a\0\0b"sv, "ab\0\0"sv}) CHECK(read(other) == other);
}
