// SPDX-License-Identifier: ISC
#include "platform/ops_manager/mms_properties.h"

#include <doctest/doctest.h>

#include "tests/platform/ops_manager/spellings.h"

namespace {

using platform::parse_mms_properties;

TEST_CASE("encrypted credentials are seen in every spelling, with white space around the value") {
  for (const tests::Spelling& spelling : tests::spellings) {
    CAPTURE(spelling.text);
    const auto value = spelling.value.value_or(u"");
    const bool is_true =
        value == u"true" || value == u"TRUE" || value == u"true " || value == u" true" || value == u"\ntrue";
    CHECK(parse_mms_properties(spelling.text)->encrypted_credentials == is_true);
  }
}

TEST_CASE("settings that Java cannot read are not taken for plain credentials") {
  for (const std::string_view text : tests::unreadable_spellings) {
    CAPTURE(text);
    CHECK_FALSE(parse_mms_properties(text));
  }
}

TEST_CASE("the pre-flight counts as switched off if the line has any other value than true") {
  for (const char* on : {"", "#mms.preflight.run=false", "mms.preflight.run=true\n", "mms.preflight.run: True \r\n",
                         "mms.preflight.run", "mms.preflight.run= \n"}) {
    CAPTURE(on);
    CHECK_FALSE(parse_mms_properties(on)->preflight_off);
  }
  for (const char* off : {"# comment \\\nmms.preflight.run=false\n", "mms.preflight.run=f\\\ralse"}) {
    CAPTURE(off);
    CHECK(parse_mms_properties(off)->preflight_off);
  }
}

}  // namespace
