// SPDX-License-Identifier: ISC
// Age files as text.
#include "keystore/age/armor.h"

#include <doctest/doctest.h>

using keystore::age::decode_armor;
using keystore::age::encode_armor;
using platform::view_of;

namespace {

bool decodes(const std::string& text) { return decode_armor(view_of(text)).has_value(); }

std::string replaced(std::string text, std::string_view what, std::string_view with) {
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += with.size()) {
    text.replace(at, what.size(), with);
  }
  return text;
}

}  // namespace

TEST_CASE("armor gives back what it was made of, whatever its length") {
  for (std::size_t size = 0; size < 150; ++size) {
    const platform::Bytes file(size, std::byte{0xa7});
    const std::string text = encode_armor(file);
    CHECK(keystore::age::is_armored(view_of(text)));
    CHECK(decode_armor(view_of(text)) == file);
  }
}

TEST_CASE("armor may have come through mail: lines that end with CRLF, and white space around it") {
  const std::string text = encode_armor(platform::Bytes(100));
  CHECK(decodes(replaced(text, "\n", "\r\n")));
  CHECK(decodes(" \r\n\t\n" + text + " \r\n\t\n"));
  CHECK(decodes(text.substr(0, text.size() - 1)));
}

TEST_CASE("armor that was changed in any other way is refused") {
  const std::string text = encode_armor(platform::Bytes(100));
  CHECK_FALSE(decodes("note\n" + text));
  CHECK_FALSE(decodes(text + "note\n"));
  CHECK_FALSE(decodes(replaced(text, "AAAA\n", "AAAA \n")));
  CHECK_FALSE(decodes(replaced(text, "AAAA\n", "AAAA\n\n")));
  CHECK_FALSE(decodes(replaced(text, "=", "")));
  CHECK_FALSE(
      decodes(replaced(text, "-----BEGIN AGE ENCRYPTED FILE-----\n", "-----BEGIN AGE ENCRYPTED FILE-----\nA: b\n\n")));
  CHECK_FALSE(decodes(replaced(text, "ENCRYPTED", "encrypted")));
  CHECK_FALSE(decodes(replaced(text, "-----END AGE ENCRYPTED FILE-----\n", "")));
  CHECK_FALSE(decodes(text + text));
  CHECK_FALSE(decodes("-----BEGIN AGE ENCRYPTED FILE-----\nAAAA\nAAAA\n-----END AGE ENCRYPTED FILE-----\n"));
}
