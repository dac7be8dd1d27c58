// SPDX-License-Identifier: ISC
#include "agent/base/text_table.h"

#include <doctest/doctest.h>

TEST_CASE("columns are as wide as their widest cell, and lines end with their last word") {
  const auto lines =
      agent::aligned({{"HOST", "RESULT", "SINCE"}, {"om1", "agree", ""}, {"a-long-name", "disagree", "2 h ago"}});
  CHECK(lines == std::vector<std::string>{"HOST         RESULT    SINCE", "om1          agree",
                                          "a-long-name  disagree  2 h ago"});
}

TEST_CASE("a character of several bytes is one column wide") {
  const auto lines = agent::aligned({{"ä", "x"}, {"bb", "y"}});
  CHECK(lines == std::vector<std::string>{"ä   x", "bb  y"});
}

TEST_CASE("a long text is broken between words and never within one") {
  const std::string path = "/" + std::string(100, 'p');
  CHECK(agent::wrapped("short", 0, 0) == "short");
  CHECK(agent::wrapped("a " + path + " b", 0, 2) == "a\n  " + path + "\n  b");
  const std::string text = agent::wrapped(std::string(39, 'a') + " " + std::string(40, 'b') + " c", 0, 4);
  CHECK(text == std::string(39, 'a') + " " + std::string(40, 'b') + "\n    c");
}

TEST_CASE("a row of a table is not broken where its columns part") {
  CHECK(agent::wrapped("om2" + std::string(60, ' ') + "agree  " + std::string(20, 'x'), 13, 13) ==
        "om2" + std::string(60, ' ') + "agree  " + std::string(20, 'x'));
}

TEST_CASE("a repeated label is left out") {
  agent::LabelledRows rows;
  rows.add("key", "one");
  rows.add("key", "two");
  rows.add("gate", "three");
  CHECK(rows.text() == "key          one\n             two\ngate         three\n");
}
