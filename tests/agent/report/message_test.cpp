// SPDX-License-Identifier: ISC
// The form of what the program says: agent/report/message.h.
#include "agent/report/message.h"

#include <sstream>

#include <doctest/doctest.h>

#include "agent/commands/table.h"
#include "agent/config/command_line.h"
#include "agent/report/advice.h"
#include "platform/base/enum_count.h"
#include "tests/agent/samples.h"

using agent::Message;
using platform::ErrorKind;
using platform::Steps;

namespace {

// Whether a sentence has it: "genkey-agent verify" belongs on a line of its own.
bool has_command(const std::string& text) {
  for (const auto& facts : agent::commands::table().commands) {
    if (text.find("genkey-agent " + std::string(facts.words)) != std::string::npos) return true;
  }
  return text.find("systemctl ") != std::string::npos;
}

void check_form(const Steps& steps) {
  for (const platform::Step& step : steps) {
    CAPTURE(step.purpose);
    CAPTURE(step.command);
    CHECK(step.purpose.size() <= 140);
    CHECK_FALSE(has_command(step.purpose));
    CHECK_FALSE(step.purpose.ends_with(":"));
    CHECK_FALSE(step.purpose.ends_with("."));
    CHECK(step.purpose.find("mend") == std::string::npos);
    CHECK(step.command.find('\n') == std::string::npos);
  }
}

std::vector<std::string> words_of(const std::string& line) {
  std::vector<std::string> words;
  std::istringstream in(line);
  for (std::string word; in >> word;) words.push_back(word);
  return words;
}

// The words in capitals stand for what a person fills in.
std::string filled_in(const std::string& word) {
  if (word == "FLEET") return std::string(32, 'a');
  if (word == "PIN") return std::string(64, 'a');
  if (word == "ADDRESS") return "om2.example.com:27424";
  return word;
}

// Whether the program's own parser takes the command, and reads it as that command.
bool is_taken(const std::string& command) {
  std::vector<std::string> words = words_of(command);
  if (words.front() == "sudo") words.erase(words.begin());
  std::vector<const char*> pointers;
  for (std::string& word : words) {
    word = filled_in(word);
    pointers.push_back(word.c_str());
  }
  const auto parsed =
      agent::parse_command_line(agent::commands::table(), static_cast<int>(pointers.size()), pointers.data());
  return parsed.options.has_value() || parsed.exit_code == 0;
}

// A command with the operands without which it is not typed at all.
agent::Options typed(agent::Command command) {
  agent::Options options = tests::options();
  options.command = command;
  options.typed = command;
  if (command == agent::Command::import) options.input = "key";
  return options;
}

}  // namespace

TEST_CASE("for people each command stands alone on a line, below what it is for") {
  const Message message{"the key is not the recorded one", {{"to get it back", "genkey-agent ensure"}, {"", "true"}}};
  CHECK(agent::for_people(message) ==
        "the key is not the recorded one\n  to get it back:\n    genkey-agent ensure\n  to fix this:\n    true");
  CHECK(agent::for_people({"no copy", {{"use another copy", ""}}}) == "no copy\n  use another copy");
  CHECK(agent::for_people({"nothing to do about it"}) == "nothing to do about it");
}

TEST_CASE("on a terminal sentence and purpose are wrapped, and a command stays whole") {
  const std::string word(39, 'a');
  const Message message{word + " " + word, {{word + " " + word, "genkey-agent " + word + " " + word}}};
  CHECK(agent::for_terminal(message, 0) ==
        word + " " + word + "\n  " + word + "\n  " + word + ":\n    genkey-agent " + word + " " + word);
  CHECK(agent::for_terminal({word + " " + word}, 14) == word + "\n" + word);
}

TEST_CASE("in the journal each step is one line") {
  CHECK(agent::for_journal({"no key", {{"on the first host", "genkey-agent generate"}, {"use another copy", ""}}}) ==
        "no key\n  on the first host: genkey-agent generate\n  use another copy");
}

TEST_CASE("for programs a message is one line") {
  CHECK(
      agent::on_one_line(Message{"no key", {{"on the first host", "genkey-agent generate"}, {"", "genkey-agent x"}}}) ==
      "no key: on the first host: genkey-agent generate; genkey-agent x");
  CHECK(agent::on_one_line(Message{"no key"}) == "no key");
}

TEST_CASE("the steps for each kind of error have the form of a message, and the parser takes their commands") {
  for (const auto command : {agent::Command::verify, agent::Command::ensure, agent::Command::join, agent::Command::gate,
                             agent::Command::import, agent::Command::restore, agent::Command::backup_create}) {
    for (const ErrorKind kind : platform::all_of<ErrorKind>()) {
      CAPTURE(agent::name_of(kind));
      // Only import refuses a weak key.
      if (kind == ErrorKind::weak_key && command != agent::Command::import) continue;
      const Steps steps = agent::steps_for(kind, typed(command));
      check_form(steps);
      for (const platform::Step& step : steps) {
        CAPTURE(step.command);
        if (step.command.find("genkey-agent") != std::string::npos) CHECK(is_taken(step.command));
      }
    }
  }
}

TEST_CASE("the steps of an error come before those of its kind") {
  const platform::Error error{ErrorKind::removed_there, "it was removed", {{"on that host", "genkey-agent peers add"}}};
  const auto message = agent::message_about(error, typed(agent::Command::verify), "om2: ");
  CHECK(message.text == "om2: it was removed");
  CHECK(message.steps.size() == 2);
  CHECK(message.steps.front().purpose == "on that host");
}
