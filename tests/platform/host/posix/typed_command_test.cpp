// SPDX-License-Identifier: ISC
// What a person types into a POSIX shell.
#include "platform/host/typed_command.h"

#include <doctest/doctest.h>

TEST_CASE("a word is quoted where the shell would take it for something else") {
  CHECK(platform::typed_word("/etc/gen.key") == "/etc/gen.key");
  for (const char* word : {"", "a b", "$HOME", "`id`", "a;b", "a'b", "a\"b", "*", "~", "a\nb", "#x"}) {
    CAPTURE(word);
    CHECK(platform::typed_word(word).starts_with("'"));
  }
  CHECK(platform::typed_word("a'b") == "'a'\\''b'");
}
