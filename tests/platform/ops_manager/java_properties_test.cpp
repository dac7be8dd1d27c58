// SPDX-License-Identifier: ISC
#include "platform/ops_manager/java_properties.h"

#include <doctest/doctest.h>

#include "tests/platform/ops_manager/spellings.h"

namespace {

using platform::java_properties;

constexpr std::array<std::u16string_view, 1> credentials = {u"mongo.encryptedCredentials"};

TEST_CASE("a property is seen in every spelling that Java sees it in, and in no other") {
  for (const tests::Spelling& spelling : tests::spellings) {
    CAPTURE(spelling.text);
    const auto values = java_properties(spelling.text, credentials);
    REQUIRE(values);
    REQUIRE(values->size() == 1);
    CHECK(values->front() == spelling.value);
  }
}

TEST_CASE("what Java refuses to read is refused, by its line and without its text") {
  for (const std::string_view text : tests::unreadable_spellings) {
    CAPTURE(text);
    const auto values = java_properties(text, credentials);
    REQUIRE_FALSE(values);
    CHECK(values.error().kind == platform::ErrorKind::configuration);
  }
  const auto refused = java_properties("a=b\r\n\r\n# c\r\nd=e\\\r\nf\r\npassword=\\usecret\r\n", credentials);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().message == "line 6 has \\u without four hex digits behind it");
}

TEST_CASE("several names are looked for at once") {
  constexpr std::array<std::u16string_view, 3> names = {u"c", u"a", u"absent"};
  const auto values = java_properties("a=1\nb=2\nc=3\na=4\n", names);
  REQUIRE(values);
  CHECK(*values == std::vector<std::optional<std::u16string>>{u"3", u"4", std::nullopt});
}

}  // namespace
