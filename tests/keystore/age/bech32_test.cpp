// SPDX-License-Identifier: ISC
// The text form of recipients and identities.
#include "keystore/age/bech32.h"

#include <array>

#include <doctest/doctest.h>

namespace bech32 = keystore::age::bech32;
using bech32::Case;

namespace {

// From the specification of age.
constexpr std::string_view recipient = "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj";

bool decodes(std::string_view text, std::string_view prefix = "age", Case letters = Case::lower) {
  std::array<std::byte, 32> out{};
  return bech32::decode(text, prefix, letters, out);
}

}  // namespace

TEST_CASE("a recipient that is decoded is encoded as it was") {
  std::array<std::byte, 32> bytes{};
  REQUIRE(bech32::decode(recipient, "age", Case::lower, bytes));
  std::string again(bech32::encoded_size("age", bytes.size()), '\0');
  bech32::encode(bytes, "age", Case::lower, again);
  CHECK(again == recipient);
}

TEST_CASE("the checksum is that of BIP 173") {
  std::string empty(bech32::encoded_size("a", 0), '\0');
  bech32::encode({}, "a", Case::upper, empty);
  CHECK(empty == "A12UEL5L");
}

TEST_CASE("bech32 with any one character changed is refused") {
  for (std::size_t at = 0; at < recipient.size(); ++at) {
    std::string changed(recipient);
    changed[at] = changed[at] == 'q' ? 'p' : 'q';
    CHECK_FALSE(decodes(changed));
  }
}

TEST_CASE("bech32 is refused in the other case, in both cases, and with another prefix or length") {
  std::string upper(recipient);
  for (char& letter : upper) letter = static_cast<char>(std::toupper(letter));
  std::string mixed(recipient);
  mixed.back() = 'J';
  CHECK(decodes(recipient));
  CHECK(decodes(upper, "age", Case::upper));
  CHECK_FALSE(decodes(upper));
  CHECK_FALSE(decodes(recipient, "age", Case::upper));
  CHECK_FALSE(decodes(mixed));
  CHECK_FALSE(decodes(recipient, "ag"));
  CHECK_FALSE(decodes(recipient, "age1"));
  CHECK_FALSE(decodes(""));
  CHECK_FALSE(decodes(recipient.substr(0, recipient.size() - 1)));
  std::array<std::byte, 31> shorter{};
  CHECK_FALSE(bech32::decode(recipient, "age", Case::lower, shorter));
}

TEST_CASE("bits of padding that are not zero are refused, although the checksum is right") {
  CHECK(decodes("age1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq5cu47z"));
  CHECK_FALSE(decodes("age1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqpfwgqrs"));
}
