// SPDX-License-Identifier: ISC
// The report of the process that talks to peers, which a peer may have taken over.
#include <algorithm>

#include "agent/fleet/peer_answer.h"
#include "tests/fuzz/fuzz.h"

namespace {

void read_answers(platform::BytesView bytes, std::size_t count) {
  const std::vector<agent::Address> asked(count, {"om1.example.com", 27424});
  const auto answers = agent::decode_answers(bytes, asked);
  if (!answers) return;
  tests::require(answers->size() == count);
  const auto again = agent::decode_answers(agent::encode(*answers), asked);
  tests::require(again == answers);
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bytes = platform::view_of(tests::text_of(data, size));
  for (std::size_t count = 0; count <= 3; ++count) read_answers(bytes, count);
  if (const auto giver = agent::decode_giver(bytes)) {
    for (const agent::wire::ListedPeer& member : giver->roster)
      tests::require(agent::is_plain_name(member.name) && agent::is_plain_address(member.address));
    const auto again = agent::decode_giver(agent::encode(*giver));
    tests::require(again && again->from == giver->from && again->pin == giver->pin && again->claim == giver->claim &&
                   again->roster == giver->roster);
  }
  return 0;
}
