// SPDX-License-Identifier: ISC
// The key: exactly 24 bytes, and which of them nobody should use.
#include "keystore/key/gen_key.h"

#include <array>
#include <set>
#include <string_view>

#include <doctest/doctest.h>

#include "tests/agent/samples.h"

using keystore::GenKey;
using keystore::Weakness;
using keystore::weakness_of;
using platform::SecretBytes;

namespace {

using Bytes24 = std::array<std::byte, GenKey::size>;

Bytes24 strong() {
  Bytes24 bytes{};
  for (std::size_t at = 0; at < bytes.size(); ++at) bytes.at(at) = static_cast<std::byte>(0x91 + 37 * at);
  return bytes;
}

std::optional<Weakness> weakness(const Bytes24& bytes) { return weakness_of(*GenKey::create(tests::secret_of(bytes))); }

std::optional<Weakness> weakness(std::string_view text) {
  REQUIRE(text.size() == GenKey::size);
  return weakness_of(*GenKey::create(tests::secret_of(text)));
}

// As strong(), with its third number `to` made like number `from`, but for the parity bits.
Bytes24 with_equal_thirds(std::size_t from, std::size_t to) {
  Bytes24 bytes = strong();
  for (std::size_t at = 0; at < 8; ++at) bytes.at(to * 8 + at) = bytes.at(from * 8 + at) ^ std::byte{0x01};
  return bytes;
}

}  // namespace

TEST_CASE("a key that is not exactly 24 bytes cannot exist") {
  for (std::size_t size = 0; size <= 64; ++size) {
    CAPTURE(size);
    CHECK(GenKey::create(SecretBytes(size)).has_value() == (size == 24));
  }
  const auto refused = GenKey::create(SecretBytes(23));
  CHECK(refused.error().kind == platform::ErrorKind::invalid_key);
  CHECK(refused.error().message == "a key is exactly 24 bytes; these are 23");
}

TEST_CASE("a key keeps every byte, also white space, quotes and NUL at its ends") {
  const Bytes24 bytes = [] {
    Bytes24 odd = strong();
    odd.front() = std::byte{'\n'};
    odd.at(1) = std::byte{'"'};
    odd.at(2) = std::byte{0};
    odd.back() = std::byte{' '};
    return odd;
  }();
  const auto key = GenKey::create(tests::secret_of(bytes));
  REQUIRE(key);
  CHECK(key->duplicate_bytes().equals(tests::secret_of(bytes)));
}

TEST_CASE("generated keys differ from each other and are not weak") {
  const GenKey one = GenKey::generate();
  CHECK_FALSE(one.equals(GenKey::generate()));
  CHECK_FALSE(weakness_of(one));
}

TEST_CASE("a key of random bytes is not weak") { CHECK_FALSE(weakness(strong())); }

TEST_CASE("a key of equal bytes is weak, whichever byte it is") {
  for (unsigned value = 0; value < 256; ++value) {
    Bytes24 bytes{};
    bytes.fill(static_cast<std::byte>(value));
    CHECK(weakness(bytes) == Weakness::all_bytes_equal);
  }
}

TEST_CASE("a key that is single DES is weak, also when only parity bits differ") {
  CHECK(weakness(with_equal_thirds(0, 1)) == Weakness::two_thirds_equal);
  CHECK(weakness(with_equal_thirds(1, 2)) == Weakness::two_thirds_equal);
  CHECK(weakness(with_equal_thirds(0, 2)) == Weakness::two_thirds_equal);
}

TEST_CASE("a key whose thirds differ in one effective bit is not called single DES") {
  Bytes24 bytes = with_equal_thirds(0, 1);
  bytes.at(8) ^= std::byte{0x02};
  CHECK_FALSE(weakness(bytes));
}

TEST_CASE("a key that is text is weak, and one byte that is none makes it a key") {
  CHECK(weakness("correct horse battery st") == Weakness::printable);
  CHECK(weakness("~~~~ !\"#$%&'()*+,-./0123") == Weakness::printable);
  Bytes24 bytes{};
  std::ranges::copy(platform::view_of("correct horse battery st"), bytes.begin());
  for (const std::byte other : {std::byte{0x00}, std::byte{0x1f}, std::byte{0x7f}, std::byte{0x80}, std::byte{0xff}}) {
    bytes.at(11) = other;
    CHECK_FALSE(weakness(bytes));
  }
}

TEST_CASE("a key that is text with a line ending is weak and is named so") {
  CHECK(weakness("correct horse battery s\n") == Weakness::text_with_line_end);
  CHECK(weakness("correct horse battery \r\n") == Weakness::text_with_line_end);
}

TEST_CASE("every weakness has words of its own") {
  std::set<std::string_view> words;
  for (const Weakness one : {Weakness::all_bytes_equal, Weakness::two_thirds_equal, Weakness::printable,
                             Weakness::text_with_line_end, Weakness::publicly_known})
    words.insert(keystore::describe(one));
  CHECK(words.size() == 5);
}
