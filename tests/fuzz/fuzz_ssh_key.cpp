// SPDX-License-Identifier: ISC
// An ssh private key is any file that somebody named as one.
#include <algorithm>
#include <string>

#include "keystore/age/base64.h"
#include "keystore/age/ssh_key.h"
#include "tests/fuzz/fuzz.h"

namespace {

namespace age = keystore::age;

void read_key(std::string_view text) {
  platform::SecretBytes file(text.size());
  std::ranges::copy(platform::view_of(text), file.reveal_for_writing().begin());
  const auto identity = age::read_ssh_key(file);
  if (!identity) {
    tests::require(identity.error().kind == platform::ErrorKind::usage);
    return;
  }
  // A key that was read must open what its own recipient sealed.
  const auto file_key = age::new_file_key();
  const auto stanza = identity->recipient().wrap(file_key);
  tests::require(stanza.has_value());
  const auto unwrapped = identity->unwrap(*stanza);
  tests::require(unwrapped && *unwrapped && (*unwrapped)->bytes().equals(file_key.bytes()));
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = tests::text_of(data, size);
  read_key(text);
  // The fields are behind base64, out of reach of a fuzzer that changes single bytes. Here the fields are the input
  // itself.
  read_key("-----BEGIN OPENSSH PRIVATE KEY-----\n" + age::encode_padded_base64(platform::view_of(text)) +
           "\n-----END OPENSSH PRIVATE KEY-----\n");
  return 0;
}
