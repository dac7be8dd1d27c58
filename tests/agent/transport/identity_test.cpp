// Identities: written by our own hand for speed, so that each is compared with what OpenSSL's encoders make of it.
#include "agent/transport/identity.h"

#include <fstream>
#include <memory>
#include <sstream>
#include <string>

#include <doctest/doctest.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "agent/transport/p256.h"
#include "tests/support/libsodium.h"
#include "tests/support/temporary_directory.h"

using agent::Identity;

namespace {

using Bio = std::unique_ptr<BIO, decltype(&BIO_free_all)>;
using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;

Bio memory() { return {BIO_new(BIO_s_mem()), BIO_free_all}; }

std::string text_in(BIO& bio) {
  char* text = nullptr;
  const long size = BIO_get_mem_data(&bio, &text);
  return {text, static_cast<std::size_t>(size)};
}

std::string written_by_openssl(EVP_PKEY& key) {
  const Bio out = memory();
  REQUIRE(PEM_write_bio_PKCS8PrivateKey(out.get(), &key, nullptr, nullptr, 0, nullptr, nullptr) == 1);
  return text_in(*out);
}

std::string written_by_us(const EVP_PKEY& key) {
  const Bio out = memory();
  REQUIRE(agent::p256::write_private_key(*out, key));
  return text_in(*out);
}

std::string content_of(const platform::Path& path) {
  std::ifstream file(path.string());
  return (std::ostringstream() << file.rdbuf()).str();
}

Identity fresh() {
  auto identity = Identity::generate("om1.example.com");
  REQUIRE(identity);
  return std::move(*identity);
}

}  // namespace

TEST_CASE("a private key is written as OpenSSL's encoder writes it") {
  for (int keys = 0; keys < 20; ++keys) {  // some numbers begin with zeros
    const Key key(EVP_EC_gen("P-256"), EVP_PKEY_free);
    CHECK(written_by_us(*key) == written_by_openssl(*key));
  }
}

TEST_CASE("a private key that was written is read as OpenSSL's decoder reads it") {
  for (int keys = 0; keys < 20; ++keys) {
    const Key key(EVP_EC_gen("P-256"), EVP_PKEY_free);
    const std::string pem = written_by_openssl(*key);
    const Bio in(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), BIO_free_all);
    const auto read = agent::p256::read_private_key(*in);
    REQUIRE(read);
    CHECK(EVP_PKEY_eq(read.get(), key.get()) == 1);
    CHECK(written_by_openssl(*read) == pem);
  }
}

TEST_CASE("what is no private key as they are written is left to OpenSSL") {
  const Key larger(EVP_EC_gen("P-384"), EVP_PKEY_free);
  const Key other(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"), EVP_PKEY_free);
  const Key key(EVP_EC_gen("P-256"), EVP_PKEY_free);
  REQUIRE(EVP_PKEY_set_utf8_string_param(key.get(), OSSL_PKEY_PARAM_EC_POINT_CONVERSION_FORMAT, "compressed") == 1);
  for (const std::string& pem : {written_by_openssl(*larger), written_by_openssl(*other), written_by_openssl(*key),
                                 std::string("-----BEGIN PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----\n")}) {
    const Bio in(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), BIO_free_all);
    CHECK_FALSE(agent::p256::read_private_key(*in));
  }
}

TEST_CASE("a key of another kind is not written as one on P-256") {
  const Bio out = memory();
  const Key larger(EVP_EC_gen("P-384"), EVP_PKEY_free);
  const Key other(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"), EVP_PKEY_free);
  const Certificate certificate(X509_new(), X509_free);
  for (const EVP_PKEY* key : {larger.get(), other.get()}) {
    CHECK_FALSE(agent::p256::write_private_key(*out, *key));
    CHECK_FALSE(agent::p256::set_public_key(*certificate, *key));
  }
  CHECK(text_in(*out).empty());
}

TEST_CASE("the public key in a certificate is the one that OpenSSL would put there") {
  const Key key(EVP_EC_gen("P-256"), EVP_PKEY_free);
  const Certificate ours(X509_new(), X509_free);
  const Certificate theirs(X509_new(), X509_free);
  REQUIRE(agent::p256::set_public_key(*ours, *key));
  REQUIRE(X509_set_pubkey(theirs.get(), key.get()) == 1);
  CHECK(agent::spki_of(*ours) == agent::spki_of(*theirs));
  CHECK_FALSE(agent::spki_of(*ours).empty());
}

TEST_CASE("an identity that was stored is the same when it is loaded, and others can check its signature") {
  const tests::TemporaryDirectory directory;
  const platform::Path file = directory.path() / "identity.pem";
  const Identity identity = fresh();
  REQUIRE(identity.store(file));
  const auto loaded = Identity::load(file);
  REQUIRE(loaded);
  CHECK(loaded->pin() == identity.pin());
  CHECK(EVP_PKEY_eq(loaded->key(), identity.key()) == 1);
  CHECK(X509_verify(loaded->certificate(), loaded->key()) == 1);
}

TEST_CASE("a stored identity begins with its key as OpenSSL writes it") {
  const tests::TemporaryDirectory directory;
  const platform::Path file = directory.path() / "identity.pem";
  const Identity identity = fresh();
  REQUIRE(identity.store(file));
  CHECK(content_of(file).starts_with(written_by_openssl(*identity.key())));
}
