// SPDX-License-Identifier: ISC
// What an age file encrypts.
#include "keystore/age/payload.h"

#include <doctest/doctest.h>

#include "keystore/age/limits.h"
#include "tests/keystore/age/samples.h"

namespace {

constexpr std::size_t chunk = std::size_t{64} * 1024;

}  // namespace

TEST_CASE("a payload of any length comes back as it was, and its size is told without a key") {
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{1}, std::size_t{24}, chunk - 1, chunk, chunk + 1, 3 * chunk}) {
    const auto file_key = keystore::age::new_file_key();
    const auto plaintext = tests::secret(std::string(size, 'x'));
    const auto payload = keystore::age::seal_payload(plaintext, file_key);
    CHECK(keystore::age::plaintext_size_of(payload.size()) == size);
    const auto opened = keystore::age::open_payload(payload, file_key);
    REQUIRE(opened);
    CHECK(opened->equals(plaintext));
    CHECK_FALSE(keystore::age::open_payload(payload, keystore::age::new_file_key()));
  }
}

TEST_CASE("a payload that ends with whole chunks is not taken for the whole") {
  const auto file_key = keystore::age::new_file_key();
  const auto payload = keystore::age::seal_payload(tests::secret(std::string(3 * chunk, 'x')), file_key);
  const auto shorter = std::span(payload).first(payload.size() - chunk - 16);
  CHECK(keystore::age::plaintext_size_of(shorter.size()) == 2 * chunk);
  CHECK_FALSE(keystore::age::open_payload(shorter, file_key));
}

TEST_CASE("chunks that changed places do not open") {
  const auto file_key = keystore::age::new_file_key();
  auto payload = keystore::age::seal_payload(tests::secret(std::string(3 * chunk, 'x')), file_key);
  const auto first = payload.begin() + 16;
  std::swap_ranges(first, first + chunk + 16, first + chunk + 16);
  CHECK_FALSE(keystore::age::open_payload(payload, file_key));
}

TEST_CASE("no payload ends with an empty chunk but that of nothing") {
  CHECK(keystore::age::plaintext_size_of(16 + 16) == 0U);
  CHECK_FALSE(keystore::age::plaintext_size_of(16 + chunk + 16 + 16));
  CHECK(keystore::age::plaintext_size_of(16 + chunk + 16 + 17) == chunk + 1);
}

TEST_CASE("two payloads of one plaintext have nothing in common") {
  const auto file_key = keystore::age::new_file_key();
  const auto plaintext = tests::secret("the same");
  CHECK(keystore::age::seal_payload(plaintext, file_key) != keystore::age::seal_payload(plaintext, file_key));
}

TEST_CASE("a payload larger than the limit is refused before memory is taken for it") {
  const auto sealed_size = [](std::size_t plaintext) { return 16 + plaintext + (plaintext + chunk - 1) / chunk * 16; };
  CHECK(keystore::age::plaintext_size_of(sealed_size(keystore::age::limits::plaintext)));
  CHECK_FALSE(keystore::age::plaintext_size_of(sealed_size(keystore::age::limits::plaintext + 1)));
}
