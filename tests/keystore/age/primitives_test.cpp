// SPDX-License-Identifier: ISC
// The cryptography of age, where a published answer is known. The public vectors (tests/stories/test_age_vectors.py)
// cover the rest of it.
#include "keystore/age/primitives.h"

#include <doctest/doctest.h>

#include "tests/keystore/age/samples.h"

using keystore::age::derive;
using platform::hex_decode;
using platform::hex_encode;

TEST_CASE("HKDF gives what RFC 5869 lists") {
  const auto input = tests::secret(std::string(22, '\x0b'));
  CHECK(hex_encode(derive(input, *hex_decode("000102030405060708090a0b0c"), "\xf0\xf1\xf2\xf3\xf4\xf5\xf6\xf7\xf8\xf9")
                       .bytes()
                       .reveal()) == "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf");
  CHECK(hex_encode(derive(input, {}, "").bytes().reveal()) ==
        "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d");
}

TEST_CASE("a file key is unwrapped by the key that wrapped it and by no other") {
  const auto file_key = keystore::age::new_file_key();
  const auto key = derive(tests::secret("one"), {}, "test");
  const auto wrapped = keystore::age::wrap(file_key, key);
  CHECK(keystore::age::unwrap(wrapped, key)->bytes().equals(file_key.bytes()));
  CHECK_FALSE(keystore::age::unwrap(wrapped, derive(tests::secret("two"), {}, "test")));
}

TEST_CASE("a point of low order gives no shared secret") {
  CHECK_FALSE(keystore::age::shared_secret(keystore::age::new_scalar(), keystore::age::Point{}));
}
