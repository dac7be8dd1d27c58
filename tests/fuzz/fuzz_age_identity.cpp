// SPDX-License-Identifier: ISC
// Files of identities and of recipients, as people edit them.
#include <algorithm>

#include "keystore/age/identity.h"
#include "keystore/age/recipient.h"
#include "tests/fuzz/fuzz.h"

namespace {

namespace age = keystore::age;

platform::SecretBytes secret_of(std::string_view text) {
  platform::SecretBytes secret(text.size());
  std::ranges::copy(platform::view_of(text), secret.reveal_for_writing().begin());
  return secret;
}

// An identity that was read is in the file, letter for letter: nothing was corrected on the way.
void read_identities(std::string_view text) {
  const auto identities = age::parse_identities(secret_of(text));
  if (!identities) {
    tests::require(identities.error().kind == platform::ErrorKind::usage);
    return;
  }
  tests::require(!identities->empty());
  for (const age::Identity& identity : *identities) {
    const auto* x25519 = std::get_if<age::X25519Identity>(&identity);
    if (x25519 == nullptr) continue;
    const platform::SecretBytes written = x25519->text();
    tests::require(text.find(platform::text_of(written.reveal())) != std::string_view::npos);
  }
}

void read_recipients(std::string_view text) {
  const auto recipients = age::parse_recipients_file(text);
  if (!recipients) return;
  tests::require(!recipients->empty());
  for (const age::Recipient& recipient : *recipients) {
    const auto again = age::parse_recipient(age::to_text(recipient));
    tests::require(again && *again == recipient);
  }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = tests::text_of(data, size);
  read_identities(text);
  read_recipients(text);
  return 0;
}
