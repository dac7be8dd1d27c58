// SPDX-License-Identifier: ISC
// The lines that the shells' scripts read.
#include "agent/actions/completion_words.h"

#include <doctest/doctest.h>

#include "agent/commands/table.h"

using agent::Completion;
using agent::ValueSource;

namespace {

std::vector<std::string> lines_for(const Completion& completion) {
  return agent::completion_lines(agent::commands::table(), completion);
}

}  // namespace

TEST_CASE("each word has a line with its help, and the last line is the kind of names that the shell finds") {
  CHECK(lines_for({.candidates = {{"list", "show them"}, {"bare"}}, .source = ValueSource::files}) ==
        std::vector<std::string>{"list\tshow them", "bare", ":files"});
  CHECK(lines_for({}) == std::vector<std::string>{":"});
  CHECK(lines_for({.source = ValueSource::directories}) == std::vector<std::string>{":directories"});
  CHECK(lines_for({.source = ValueSource::users}) == std::vector<std::string>{":users"});
}

TEST_CASE("the findings of doctor are offered with what is wrong, on any machine") {
  const auto lines = lines_for({.source = ValueSource::findings, .prefix = "--explain="});
  REQUIRE(lines.size() > 2);
  CHECK(lines.front().starts_with("--explain=HA"));
  CHECK(lines.front().find('\t') != std::string::npos);
  CHECK(lines.back() == ":");
}

TEST_CASE("a host that cannot be understood offers nothing, without an error") {
  const std::vector<std::string> absent = {"--config", "/there/is/no/such/file"};
  CHECK(lines_for({.source = ValueSource::peers, .common = absent}) == std::vector<std::string>{":"});
  CHECK(lines_for({.source = ValueSource::copies, .common = absent}) == std::vector<std::string>{":files"});
  CHECK(lines_for({.source = ValueSource::peers, .common = {"--config", ""}}) == std::vector<std::string>{":"});
}
