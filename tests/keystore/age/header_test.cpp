// SPDX-License-Identifier: ISC
// The header of an age file.
#include "keystore/age/header.h"

#include <doctest/doctest.h>

#include "keystore/age/limits.h"
#include "tests/keystore/age/samples.h"

using keystore::age::Header;
using keystore::age::Stanza;

namespace {

const std::string mac_line = "--- " + std::string(43, 'A') + "\n";

platform::Result<Header> read(const std::string& text) { return keystore::age::read_header(platform::view_of(text)); }

std::string with_stanzas(std::size_t count) {
  std::string text = "age-encryption.org/v1\n";
  for (std::size_t at = 0; at < count; ++at) text += "-> kind\n\n";
  return text + mac_line;
}

}  // namespace

TEST_CASE("a header that is written is read as it was, whatever the length of a body") {
  for (const std::size_t size : {0U, 1U, 47U, 48U, 49U, 96U, 97U}) {
    const auto file_key = keystore::age::new_file_key();
    const std::vector<Stanza> stanzas = {{.arguments = {"kind", "argument"}, .body = platform::Bytes(size)},
                                         {.arguments = {"other"}, .body = {}}};
    const std::string text = keystore::age::write_header(stanzas, file_key) + "payload";
    const auto header = read(text);
    REQUIRE(header);
    CHECK(header->stanzas == stanzas);
    CHECK(text.substr(header->size) == "payload");
    CHECK(keystore::age::has_mac_of(*header, file_key));
    CHECK_FALSE(keystore::age::has_mac_of(*header, keystore::age::new_file_key()));
  }
}

TEST_CASE("a header has from one to as many stanzas as the limit") {
  CHECK_FALSE(read(with_stanzas(0)));
  CHECK(read(with_stanzas(1)));
  CHECK(read(with_stanzas(keystore::age::limits::stanzas)));
  CHECK_FALSE(read(with_stanzas(keystore::age::limits::stanzas + 1)));
}

TEST_CASE("a header without an end is given up at the limit") {
  std::string text = "age-encryption.org/v1\n-> kind\n";
  while (text.size() < keystore::age::limits::header) text += std::string(64, 'A') + "\n";
  const auto header = read(text + "\n" + mac_line);
  REQUIRE_FALSE(header);
  CHECK(header.error().message == "the header is damaged: it is larger than any should be");
}

TEST_CASE("a file of another version says so") {
  const auto header = read("age-encryption.org/v2\n");
  REQUIRE_FALSE(header);
  CHECK(header.error().message == "the header is damaged: it is of another version of the format");
}
