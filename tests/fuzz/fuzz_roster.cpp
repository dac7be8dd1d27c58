// SPDX-License-Identifier: ISC
// Roster and tickets: files that the listener's account can write and that root reads.
#include "agent/base/limits.h"
#include "agent/fleet/state_file.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = tests::text_of(data, size);
  if (auto roster = agent::decode_roster(text, {"om1:27424"})) {
    for (const agent::Peer& peer : roster->peers())
      tests::require(agent::is_plain_name(peer.name) && agent::is_plain_address(peer.address()));
    const agent::Removals removals{roster->removed()};
    const auto removed_again = agent::decode_removals(agent::encode(removals));
    tests::require(removed_again && *removed_again == removals);
    roster->set_removed({});  // they are in a file of their own
    const auto again = agent::decode_roster(agent::encode(*roster), {});
    tests::require(again && *again == *roster);
  }
  if (const auto peer = agent::decode_line(text)) tests::require(agent::decode_line(agent::encode_line(*peer)) == peer);
  if (const auto book = agent::decode_ticket_book(text)) {
    tests::require(book->tickets().size() <= agent::limits::tickets);
    const auto again = agent::decode_ticket_book(agent::encode(*book));
    tests::require(again && *again == *book);
  }
  return 0;
}
