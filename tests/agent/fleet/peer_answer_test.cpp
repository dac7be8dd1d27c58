// SPDX-License-Identifier: ISC
// What the process that talks to peers reports to its parent: exact, or nothing.
#include "agent/fleet/peer_answer.h"

#include <doctest/doctest.h>

#include "platform/base/enum_count.h"
#include "tests/agent/samples.h"

using agent::Address;
using agent::decode_answers;
using agent::KeyGiver;
using agent::PeerAnswer;
using agent::PeerResult;
using platform::Bytes;
using platform::BytesView;

namespace {

const std::vector<Address> asked = {{"om1", 1}, {"om2", 2}, {"om3", 3}};

std::vector<PeerAnswer> answers() {
  return {{.asked = asked[0],
           .result = PeerResult::agree,
           .pin = tests::pin(1),
           .claim = tests::claim(1),
           .standing = keystore::Standing::established},
          {.asked = asked[1], .result = PeerResult::unreachable, .detail = "connection refused"},
          {.asked = asked[2], .result = PeerResult::self, .pin = tests::pin(3)}};
}

KeyGiver giver() { return {{"om1", 1}, tests::pin(1), tests::claim(1), {{tests::pin(2), "om2", "om2:2"}}}; }

}  // namespace

TEST_CASE("answers arrive as they were given") { CHECK(decode_answers(agent::encode(answers()), asked) == answers()); }

TEST_CASE("every result arrives, and has a name of its own but for has_key, which others know as disagree") {
  std::vector<std::string_view> names;
  for (const PeerResult result : platform::all_of<PeerResult>()) {
    const std::vector<PeerAnswer> one = {{.asked = asked[0], .result = result}};
    CHECK(decode_answers(agent::encode(one), {asked[0]}) == one);
    if (result == PeerResult::has_key) continue;
    CHECK(std::ranges::count(names, agent::name_of(result)) == 0);
    names.push_back(agent::name_of(result));
  }
  CHECK(agent::name_of(PeerResult::has_key) == agent::name_of(PeerResult::disagree));
}

TEST_CASE("answers that were cut anywhere, or are not one per address, are nothing") {
  const Bytes whole = agent::encode(answers());
  for (std::size_t size = 0; size < whole.size(); ++size)
    CHECK_FALSE(decode_answers(BytesView(whole).first(size), asked));
  Bytes longer = whole;
  longer.push_back(std::byte{0});
  CHECK_FALSE(decode_answers(longer, asked));
  CHECK_FALSE(decode_answers(whole, {asked[0], asked[1]}));
  CHECK_FALSE(decode_answers(whole, {asked[0], asked[1], asked[2], asked[2]}));
}

TEST_CASE("what a reason says steers no terminal") {
  auto given = answers();
  given[1].detail = std::string("\x1b[2J\r\n\t\x9b\x7f\0\xc2\x9bK ~reason", 21);
  const auto read = decode_answers(agent::encode(given), asked);
  REQUIRE(read);
  CHECK(read->at(1).detail == "?[2J????????K ~reason");
}

TEST_CASE("a long reason is cut, and the answer still arrives") {
  auto given = answers();
  given[1].detail.assign(100'000, 'x');
  const auto read = decode_answers(agent::encode(given), asked);
  REQUIRE(read);
  CHECK(read->at(1).detail.size() == 512);
}

TEST_CASE("the note of a hand-over has everything but the key") {
  const Bytes whole = agent::encode(giver());
  const auto read = agent::decode_giver(whole);
  REQUIRE(read);
  CHECK(read->from == giver().from);
  CHECK(read->pin == giver().pin);
  CHECK(read->claim == giver().claim);
  CHECK(read->roster == giver().roster);
  for (std::size_t size = 0; size < whole.size(); ++size)
    CHECK_FALSE(agent::decode_giver(BytesView(whole).first(size)));
}
