// SPDX-License-Identifier: ISC
// People paste tickets, so any text may come instead.
#include <algorithm>

#include "agent/base/limits.h"
#include "agent/protocol/ticket.h"
#include "tests/fuzz/fuzz.h"

namespace {

platform::SecretBytes secret_of(platform::BytesView bytes) {
  platform::SecretBytes secret(bytes.size());
  std::ranges::copy(bytes, secret.reveal_for_writing().begin());
  return secret;
}

void read_ticket(std::string_view text) {
  const auto read = agent::decode_ticket(secret_of(platform::view_of(text)));
  if (!read) {
    tests::require(read.error().kind == platform::ErrorKind::bad_ticket);
    return;
  }
  tests::require(!read->addresses.empty() && read->addresses.size() <= agent::limits::ticket_addresses);
  // There is one spelling, so nothing may differ.
  const auto again = agent::decode_ticket(agent::encode(*read));
  tests::require(again && again->inviter == read->inviter && again->id == read->id &&
                 again->addresses == read->addresses);
  tests::require(again->secret.digest() == read->secret.digest());
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = tests::text_of(data, size);
  read_ticket(text);
  // The fields are behind base64, out of reach of a fuzzer that changes single bytes. Here the fields are the input
  // itself.
  read_ticket("gka1_" + platform::base64url_encode(platform::view_of(text)));
  return 0;
}
