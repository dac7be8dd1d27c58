// SPDX-License-Identifier: ISC
// Facts: those in a peer's message, those that the process which talks to peers reports, and the file of the collector.
#include <algorithm>

#include "agent/fleet/facts_answer.h"
#include "agent/fleet/facts_file.h"
#include "tests/fuzz/fuzz.h"

namespace {

void read_message(platform::BytesView bytes) {
  agent::ByteReader in(bytes);
  const auto facts = agent::read_facts(in);
  if (!facts) return;
  tests::require(agent::are_valid(*facts) && agent::within_limits(*facts) == *facts);
  agent::ByteWriter out;
  write(out, *facts);
  tests::require(std::ranges::equal(out.bytes(), bytes.first(bytes.size() - in.rest().size())));
}

void read_answers(platform::BytesView bytes, std::size_t count) {
  const auto answers = agent::decode_facts_answers(bytes, count);
  if (!answers) return;
  tests::require(answers->size() == count);
  tests::require(agent::decode_facts_answers(agent::encode(*answers), count) == answers);
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = tests::text_of(data, size);
  const auto bytes = platform::view_of(text);
  read_message(bytes);
  for (std::size_t count = 0; count <= 3; ++count) read_answers(bytes, count);
  if (const auto collected = agent::decode_collected_facts(text)) {
    tests::require(agent::are_valid(collected->facts));
    const auto again = agent::decode_collected_facts(agent::encode(*collected));
    tests::require(again && *again == *collected);
  }
  return 0;
}
