// SPDX-License-Identifier: ISC
// A mistyped word is answered with the word that was meant, and a word that is near nothing with no guess.
#include "agent/base/nearest_word.h"

#include <array>

#include <doctest/doctest.h>

using agent::nearest_word;

namespace {

constexpr std::array<std::string_view, 9> commands = {"ensure", "generate", "import", "invite", "restore",
                                                      "serve",  "status",   "list",   "add"};

}  // namespace

TEST_CASE("a letter more, less, other or swapped is one slip") {
  for (const char* typed : {"statsu", "sttus", "statuus", "stitus", "tsatus", "STATUS", "stauts"}) {
    CAPTURE(typed);
    CHECK(nearest_word(typed, commands) == "status");
  }
  CHECK(nearest_word("lst", commands) == "list");
  CHECK(nearest_word("ad", commands) == "add");
  CHECK(nearest_word("da", commands) == std::nullopt);
}

TEST_CASE("the word with the fewest slips is meant, and the first of two that are equally near") {
  constexpr std::array<std::string_view, 3> known = {"gate", "date", "state"};
  CHECK(nearest_word("rate", known) == "gate");
  CHECK(nearest_word("stat", known) == "state");
  CHECK(nearest_word("dote", known) == "date");
}

TEST_CASE("the beginning of a word stands for it") {
  CHECK(nearest_word("gen", commands) == "generate");
  CHECK(nearest_word("inv", commands) == "invite");
  CHECK(nearest_word("ge", commands) == std::nullopt);
}

TEST_CASE("a word that is near nothing is answered with no guess") {
  for (const char* typed : {"", "x", "nonsense", "upgrade", "-", "generated-by-hand"}) {
    CAPTURE(typed);
    CHECK(nearest_word(typed, commands) == std::nullopt);
  }
  const std::vector<std::string> nothing;
  CHECK(nearest_word("status", nothing) == std::nullopt);
  CHECK(nearest_word(std::string(100'000, 's'), commands) == std::nullopt);
}

TEST_CASE("the number of slips that is allowed grows with the word") {
  const std::vector<std::string> known = {"--allow-next-start", "s3"};
  CHECK(nearest_word("--alow-nxt-strt", known) == "--allow-next-start");
  CHECK(nearest_word("--alow-nx-strt", known) == std::nullopt);
  CHECK(nearest_word("s2", known) == "s3");
  CHECK(nearest_word("t2", known) == std::nullopt);
}

TEST_CASE("the question is worded once for the command line and once for a sentence that goes on") {
  CHECK(agent::did_you_mean("status") == "; did you mean 'status'?");
  CHECK(agent::did_you_mean(std::nullopt).empty());
  CHECK(agent::did_you_mean_aside("policy", "gate.") == " (did you mean \"gate.policy\"?)");
  CHECK(agent::did_you_mean_aside(std::nullopt, "gate.").empty());
}
