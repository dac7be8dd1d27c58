// SPDX-License-Identifier: ISC
// A shell offers what the parser takes at that place of the line, and nothing else.
#include "agent/config/completion.h"

#include <algorithm>
#include <set>

#include <doctest/doctest.h>

#include "agent/commands/table.h"
#include "agent/config/command_line.h"
#include "agent/config/completion_scripts.h"

using agent::Completion;
using agent::ValueSource;

namespace {

Completion complete(std::vector<const char*> words) {
  words.insert(words.begin(), {"genkey-agent", "__complete"});
  const agent::Parsed parsed =
      agent::parse_command_line(agent::commands::table(), static_cast<int>(words.size()), words.data());
  REQUIRE(parsed.completion);
  CHECK_FALSE(parsed.options);
  CHECK(parsed.mistake.empty());
  return *parsed.completion;
}

std::set<std::string> words_of(const Completion& completion) {
  std::set<std::string> words;
  for (const agent::Candidate& candidate : completion.candidates) words.insert(candidate.word);
  return words;
}

using Words = std::set<std::string>;

}  // namespace

TEST_CASE("commands are offered at their place, each with its help") {
  const Completion first = complete({""});
  CHECK(
      std::ranges::count(first.candidates, agent::Candidate{"verify", "ask every peer whether it holds the same key"}));
  CHECK(words_of(first).contains("completion"));
  CHECK(words_of(complete({"peers", ""})) == Words{"list", "add", "remove"});
  CHECK(words_of(complete({"--json", "--config", "x", "peers", "l"})) == Words{"list", "add", "remove"});
  CHECK(words_of(complete({"help", "peers", ""})) == Words{"list", "add", "remove"});
  CHECK(complete({"status", ""}).candidates.empty());
  CHECK(complete({"nonsense", ""}).candidates.empty());
  CHECK(complete({"help", "--"}).candidates.empty());
  CHECK(words_of(complete({})) == words_of(first));
}

TEST_CASE("options are those of the command and of every command") {
  const Words gate = words_of(complete({"gate", "--"}));
  for (const char* option : {"--policy", "--wait", "--reason", "--allow-next-start", "--help", "--config", "--json"})
    CHECK(gate.contains(option));
  CHECK_FALSE(gate.contains("--version"));
  CHECK_FALSE(gate.contains("--armor"));
  CHECK(words_of(complete({"-"})).contains("--version"));
  CHECK(complete({"import", "--", "-"}).candidates.empty());
}

TEST_CASE("an option's values are offered behind it, and joined to it with an equals sign") {
  CHECK(words_of(complete({"status", "--format", ""})) == Words{"text", "json", "prometheus", "nagios"});
  const Completion joined = complete({"status", "--format=j"});
  CHECK(words_of(joined) == Words{"--format=text", "--format=json", "--format=prometheus", "--format=nagios"});
  CHECK(joined.prefix == "--format=");
  CHECK(words_of(complete({"completion", ""})) == Words{"bash", "zsh", "fish"});
  CHECK(words_of(complete({"peers", "--json", ""})) == Words{"list", "add", "remove"});
  CHECK(complete({"gate", "--wait", ""}).candidates.empty());
  CHECK(complete({"status", "--json=", ""}).candidates.empty());
}

TEST_CASE("values that the parser does not know have their source") {
  CHECK(complete({"--key-file", ""}).source == ValueSource::files);
  CHECK(complete({"import", ""}).source == ValueSource::files);
  CHECK(complete({"import", "x", ""}).source == ValueSource::none);
  CHECK(complete({"restore", "-i", ""}).source == ValueSource::files);
  CHECK(complete({"--state-dir", ""}).source == ValueSource::directories);
  CHECK(complete({"status", "--owner", ""}).source == ValueSource::users);
  CHECK(complete({"peers", "remove", ""}).source == ValueSource::peers);
  CHECK(complete({"verify", "--peer", ""}).source == ValueSource::peers);
  CHECK(complete({"verify", "--peer=o"}).prefix == "--peer=");
  CHECK(complete({"invite", "--revoke", ""}).source == ValueSource::tickets);
  CHECK(words_of(complete({"invite", "--revoke", ""})) == Words{"all"});
  CHECK(complete({"serve", "--listen", ""}).source == ValueSource::none);
  CHECK(complete({"restore", ""}).source == ValueSource::copies);
  CHECK(complete({"backup", "drill", ""}).source == ValueSource::copies);
  CHECK(complete({"status", ""}).source == ValueSource::none);
}

TEST_CASE("the common options of the line say which host's values are meant") {
  CHECK(complete({"--config", "c", "verify", "--wait", "5s", "--state-dir=s", "--peer", ""}).common ==
        std::vector<std::string>{"--config", "c", "--state-dir", "s"});
}

TEST_CASE("each shell's script asks the program, and names it nowhere but on the line") {
  for (const std::string_view name : agent::shell_names.all()) {
    const std::string_view script = agent::completion_script(*agent::shell_names.find(name));
    CHECK(script.find(" " + std::string(agent::completion_word) + " ") != std::string_view::npos);
    CHECK(script.find("printed by 'genkey-agent completion " + std::string(name) + "'") != std::string_view::npos);
  }
}
