// SPDX-License-Identifier: ISC
// Base64 as the age format wants it.
#include "keystore/age/base64.h"

#include <doctest/doctest.h>

using keystore::age::decode_base64;
using keystore::age::decode_base64_of;
using keystore::age::decode_padded_base64;
using keystore::age::encode_base64;
using keystore::age::encode_padded_base64;

TEST_CASE("base64 gives back what it was made of") {
  for (std::size_t size = 0; size < 100; ++size) {
    const platform::Bytes bytes(size, std::byte{0xa7});
    CHECK(decode_base64(encode_base64(bytes)) == bytes);
    CHECK(decode_padded_base64(encode_padded_base64(bytes)) == bytes);
  }
  CHECK(encode_base64(platform::view_of("fooba")) == "Zm9vYmE");  // RFC 4648 §10
  CHECK(encode_padded_base64(platform::view_of("fooba")) == "Zm9vYmE=");
}

TEST_CASE("base64 that is not the only text for its bytes is refused") {
  CHECK(decode_base64("Zm9vYmE"));
  for (const char* text : {"Zm9vYmF", "Zm9vYmE=", "Zm9v YmE", "Zm9vYmE\n", "Zm9vY", "Zm9v-mE", "Zm9v_mE"}) {
    CAPTURE(text);
    CHECK_FALSE(decode_base64(text));
  }
  CHECK(decode_padded_base64("Zm9vYmE="));
  for (const char* text : {"Zm9vYmF=", "Zm9vYmE", "Zm9vYmE==", "=", "Zm9vYmE=\n"}) {
    CAPTURE(text);
    CHECK_FALSE(decode_padded_base64(text));
  }
}

TEST_CASE("every character outside of the alphabet is refused, those beyond ASCII too") {
  const std::string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (int code = 0; code < 256; ++code) {
    const std::string text = std::string("AAA") + static_cast<char>(code);
    const bool in_alphabet = alphabet.find(static_cast<char>(code)) != std::string::npos;
    CAPTURE(code);
    CHECK(decode_base64(text).has_value() == in_alphabet);
  }
}

TEST_CASE("base64 of another number of bytes is refused where one is asked for") {
  CHECK(decode_base64_of<5>("Zm9vYmE"));
  CHECK_FALSE(decode_base64_of<4>("Zm9vYmE"));
  CHECK_FALSE(decode_base64_of<6>("Zm9vYmE"));
}
