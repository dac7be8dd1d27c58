// SPDX-License-Identifier: ISC
// Words of commands as a person types them in cmd and PowerShell.
#include "platform/host/typed_command.h"

#include <array>
#include <string>
#include <utility>

#include <doctest/doctest.h>

TEST_CASE("a word is quoted so that cmd and PowerShell hand it on as it is") {
  const std::array<std::pair<const char*, const char*>, 7> rows = {{
      {R"(C:\MMSData\Secrets\gen.key)", R"(C:\MMSData\Secrets\gen.key)"},
      {"", R"("")"},
      {R"(C:\Program Files\x)", R"("C:\Program Files\x")"},
      {R"(C:\with blank\)", R"("C:\with blank\\")"},
      {"a&b", R"("a&b")"},
      {R"(say "it")", R"("say \"it\"")"},
      {"{a,b}", R"("{a,b}")"},
  }};
  for (const auto& [word, typed] : rows) CHECK(platform::typed_word(word) == typed);
}

TEST_CASE("a word that PowerShell would expand in double quotes stands in single ones") {
  CHECK(platform::typed_word("C:\\$Recycle") == "'C:\\$Recycle'");
  CHECK(platform::typed_word("it's $5") == "'it''s $5'");
  CHECK(platform::typed_word("100%&more") == "\"100%&more\"");
  CHECK(platform::typed_word("\\\\server\\d$\\keys") == "\"\\\\server\\d$\\keys\"");
}

TEST_CASE("a file is moved with a word that cmd and PowerShell both know") {
  CHECK(platform::typed_move("C:\\a b", "C:\\c") == "move \"C:\\a b\" C:\\c");
}

TEST_CASE("nothing is put before a command for an administrator") {
  CHECK(platform::typed_as_administrator("genkey-agent ensure") == "genkey-agent ensure");
}
