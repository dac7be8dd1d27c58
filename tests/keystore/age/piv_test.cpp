// SPDX-License-Identifier: ISC
// YubiKeys as recipients. There is none here: the key that one would hold is OpenSSL's.
#include "keystore/age/piv.h"

#include <memory>

#include <doctest/doctest.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>

#include "keystore/age/base64.h"
#include "keystore/age/bech32.h"
#include "tests/keystore/age/samples.h"

using keystore::age::PivRecipient;

namespace {

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Context = std::unique_ptr<EVP_PKEY_CTX, decltype(&EVP_PKEY_CTX_free)>;

std::string recipient_text(const PivRecipient::CompressedPoint& point) {
  namespace bech32 = keystore::age::bech32;
  std::string text(bech32::encoded_size("age1yubikey", point.size()), '\0');
  bech32::encode(point, "age1yubikey", bech32::Case::lower, text);
  return text;
}

PivRecipient::CompressedPoint point_of(EVP_PKEY* key) {
  PivRecipient::CompressedPoint point{};
  std::size_t size = 0;
  EVP_PKEY_set_utf8_string_param(key, OSSL_PKEY_PARAM_EC_POINT_CONVERSION_FORMAT, "compressed");
  REQUIRE(EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_PUB_KEY, reinterpret_cast<unsigned char*>(point.data()),
                                          point.size(), &size) == 1);
  REQUIRE(size == point.size());
  return point;
}

// What the token does: the x coordinate of its secret times the share.
platform::SecretBytes agreed(EVP_PKEY* token, const platform::Bytes& share) {
  const Key theirs(EVP_PKEY_new(), EVP_PKEY_free);
  EVP_PKEY_copy_parameters(theirs.get(), token);
  REQUIRE(EVP_PKEY_set1_encoded_public_key(theirs.get(), reinterpret_cast<const unsigned char*>(share.data()),
                                           share.size()) == 1);
  const Context context(EVP_PKEY_CTX_new(token, nullptr), EVP_PKEY_CTX_free);
  platform::SecretBytes secret(32);
  std::size_t size = secret.size();
  REQUIRE(EVP_PKEY_derive_init(context.get()) == 1);
  REQUIRE(EVP_PKEY_derive_set_peer(context.get(), theirs.get()) == 1);
  REQUIRE(EVP_PKEY_derive(context.get(), reinterpret_cast<unsigned char*>(secret.reveal_for_writing().data()), &size) ==
          1);
  return secret;
}

}  // namespace

TEST_CASE("a YubiKey's recipient is written as it was given, and must be a point of the curve") {
  const Key token(EVP_EC_gen("P-256"), EVP_PKEY_free);
  const std::string text = recipient_text(point_of(token.get()));
  REQUIRE(PivRecipient::parse(text));
  CHECK(PivRecipient::parse(text)->text() == text);
  PivRecipient::CompressedPoint nowhere{};
  nowhere.front() = std::byte{5};
  CHECK_FALSE(PivRecipient::parse(recipient_text(nowhere)));
  CHECK_FALSE(PivRecipient::parse(text.substr(0, 40)));
}

TEST_CASE("the key in the token unwraps what its recipient was given") {
  const Key token(EVP_EC_gen("P-256"), EVP_PKEY_free);
  const PivRecipient recipient{point_of(token.get())};
  const auto file_key = keystore::age::new_file_key();
  const auto stanza = recipient.wrap(file_key);
  REQUIRE(stanza);
  REQUIRE(stanza->arguments.size() == 3);
  CHECK(stanza->kind() == "piv-p256");
  CHECK(stanza->arguments[1] == keystore::age::encode_base64(keystore::age::short_hash(recipient.point)));
  const auto share = keystore::age::decode_base64(stanza->arguments[2]);
  REQUIRE(share);
  REQUIRE(share->size() == 33);
  platform::Bytes salt = *share;
  salt.insert(salt.end(), recipient.point.begin(), recipient.point.end());
  const auto key = keystore::age::derive(agreed(token.get(), *share), salt, "piv-p256");
  const auto unwrapped = keystore::age::unwrap(*keystore::age::wrapped_key_of(*stanza), key);
  REQUIRE(unwrapped);
  CHECK(unwrapped->bytes().equals(file_key.bytes()));
}
