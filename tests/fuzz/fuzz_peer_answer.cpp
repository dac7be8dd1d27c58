// What the process that talks to peers tells the one that judges: it may have been taken over by a peer.
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
  if (const auto note = agent::decode_handover_note(bytes)) {
    for (const agent::wire::Member& member : note->roster)
      tests::require(agent::is_plain_name(member.name) && agent::is_plain_address(member.address));
    const auto again = agent::decode_handover_note(agent::encode(*note));
    tests::require(again && again->from == note->from && again->pin == note->pin && again->claim == note->claim &&
                   again->roster == note->roster);
  }
  return 0;
}
