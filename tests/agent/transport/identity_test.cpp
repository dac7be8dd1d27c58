// SPDX-License-Identifier: ISC
// Identities in files: what is written is what OpenSSL writes, and a damaged private key is refused when it is read.
#include "agent/transport/identity.h"

#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "tests/support/libsodium.h"
#include "tests/support/temporary_directory.h"

using agent::Identity;
using platform::ErrorKind;

namespace {

using Bio = std::unique_ptr<BIO, decltype(&BIO_free_all)>;
using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;

// Of a version that had an encoder of its own. The key is nobody's.
constexpr const char* earlier_identity = R"(-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgdHfGglHyEezFFU8/
mmVlv0gTkO69u/IdaT3mRTRGLfChRANCAATZs41r4xGT49CVLqpSD/XxD/B/jzWe
2V0dqITQhnjfK1d+brTWQQz2NAEcQYqurLX/9MtB5t8SHHtRBg9LQIiK
-----END PRIVATE KEY-----
-----BEGIN CERTIFICATE-----
MIIBMzCB2qADAgECAhA4DcNc575OsHyqExL0JXcJMAoGCCqGSM49BAMCMBoxGDAW
BgNVBAMMD29tMS5leGFtcGxlLmNvbTAiGA8xOTcwMDEwMTAwMDAwMFoYDzk5OTkx
MjMxMjM1OTU5WjAaMRgwFgYDVQQDDA9vbTEuZXhhbXBsZS5jb20wWTATBgcqhkjO
PQIBBggqhkjOPQMBBwNCAATZs41r4xGT49CVLqpSD/XxD/B/jzWe2V0dqITQhnjf
K1d+brTWQQz2NAEcQYqurLX/9MtB5t8SHHtRBg9LQIiKMAoGCCqGSM49BAMCA0gA
MEUCIQCADpoLnGEiYbmYUuobtOoieEvSiYOpCUe5jAXsnLPL9QIgQj5LJ3yaLehA
lBBA2bEGsRbeZ3ytx4ENgYW0Kw1xNu8=
-----END CERTIFICATE-----
)";
constexpr const char* earlier_pin = "53743ff128104bd40c4589e1d2fff0981bc6bc047001fd22159b6a847d658cf8";

Bio memory() { return {BIO_new(BIO_s_mem()), BIO_free_all}; }

std::string text_in(BIO& bio) {
  char* text = nullptr;
  const long size = BIO_get_mem_data(&bio, &text);
  return {text, static_cast<std::size_t>(size)};
}

std::string pem_of(EVP_PKEY& key) {
  const Bio out = memory();
  REQUIRE(PEM_write_bio_PKCS8PrivateKey(out.get(), &key, nullptr, nullptr, 0, nullptr, nullptr) == 1);
  return text_in(*out);
}

std::string pem_of(X509& certificate) {
  const Bio out = memory();
  REQUIRE(PEM_write_bio_X509(out.get(), &certificate) == 1);
  return text_in(*out);
}

// Nobody checks its signature when it is loaded.
std::string certificate_for(EVP_PKEY& key) {
  const Certificate certificate(X509_new(), X509_free);
  REQUIRE(X509_set_pubkey(certificate.get(), &key) == 1);
  REQUIRE(ASN1_TIME_set_string(X509_getm_notBefore(certificate.get()), "20260101000000Z") == 1);
  REQUIRE(ASN1_TIME_set_string(X509_getm_notAfter(certificate.get()), "20360101000000Z") == 1);
  const bool digest = EVP_PKEY_get_base_id(&key) != EVP_PKEY_ED25519;
  REQUIRE(X509_sign(certificate.get(), &key, digest ? EVP_sha256() : nullptr) > 0);
  return pem_of(*certificate);
}

// Flips the lowest bit of the byte that many bytes into the key's DER.
std::string damaged(const std::string& pem, std::size_t position) {
  const Bio in(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), BIO_free_all);
  unsigned char* der = nullptr;
  long size = 0;
  REQUIRE(PEM_bytes_read_bio(&der, &size, nullptr, PEM_STRING_PKCS8INF, in.get(), nullptr, nullptr) == 1);
  REQUIRE(position < static_cast<std::size_t>(size));
  der[position] ^= 1U;
  const Bio out = memory();
  REQUIRE(PEM_write_bio(out.get(), PEM_STRING_PKCS8INF, "", der, size) > 0);
  OPENSSL_free(der);
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

class Files {
 public:
  [[nodiscard]] platform::Path write(const char* name, const std::string& text) const {
    platform::Path path = directory_.path() / name;
    std::ofstream(path.string(), std::ios::binary) << text;
    return path;
  }
  [[nodiscard]] platform::Path path(const char* name) const { return directory_.path() / name; }

 private:
  tests::TemporaryDirectory directory_;
};

}  // namespace

TEST_CASE("an identity that was saved is the same when it is loaded, and others can check its signature") {
  const Files files;
  const Identity identity = fresh();
  REQUIRE(identity.save(files.path("identity.pem")));
  const auto loaded = Identity::load(files.path("identity.pem"));
  REQUIRE(loaded);
  CHECK(loaded->pin() == identity.pin());
  CHECK(EVP_PKEY_eq(loaded->key(), identity.key()) == 1);
  CHECK(X509_verify(loaded->certificate(), loaded->key()) == 1);
}

TEST_CASE("a saved identity is its key and its certificate as OpenSSL writes them") {
  const Files files;
  const Identity identity = fresh();
  REQUIRE(identity.save(files.path("identity.pem")));
  CHECK(content_of(files.path("identity.pem")) == pem_of(*identity.key()) + pem_of(*identity.certificate()));
}

TEST_CASE("an identity of an earlier version keeps its pin, and is written again as it was") {
  const Files files;
  const platform::Path certificate = files.write("certificate.pem", earlier_identity);
  const platform::Path key = files.write("key.pem", earlier_identity);
  const auto loaded = Identity::load(certificate, key);
  REQUIRE(loaded);
  CHECK(loaded->pin().text() == earlier_pin);
  CHECK(pem_of(*loaded->key()) + pem_of(*loaded->certificate()) == earlier_identity);
}

TEST_CASE("the public key of an identity is the one in its certificate") {
  const Identity identity = fresh();
  const Certificate theirs(X509_new(), X509_free);
  REQUIRE(X509_set_pubkey(theirs.get(), identity.key()) == 1);
  CHECK(identity.spki() == agent::spki_of(*theirs));
  CHECK_FALSE(identity.spki().empty());
}

TEST_CASE("a certificate of a CA may be for a key of any kind that OpenSSL signs with") {
  const Key curve(EVP_EC_gen("P-256"), EVP_PKEY_free);
  const Key larger(EVP_EC_gen("P-384"), EVP_PKEY_free);
  const Key edwards(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"), EVP_PKEY_free);
  const Key rsa(EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", std::size_t{2048}), EVP_PKEY_free);
  for (const auto* key : {&curve, &larger, &edwards, &rsa}) {
    const Files files;
    const auto loaded =
        Identity::load(files.write("certificate.pem", certificate_for(**key)), files.write("key.pem", pem_of(**key)));
    REQUIRE(loaded);
    CHECK(EVP_PKEY_eq(loaded->key(), key->get()) == 1);
  }
}

TEST_CASE("a private key with a damaged number is refused, with the name of its file") {
  constexpr std::size_t first_of_scalar = 36;  // in the PKCS #8 of a key on P-256
  constexpr std::size_t last_of_scalar = 67;
  const Key key(EVP_EC_gen("P-256"), EVP_PKEY_free);
  const std::string certificate = certificate_for(*key);
  for (const std::size_t position : {first_of_scalar + 8, last_of_scalar}) {
    CAPTURE(position);
    const Files files;
    const platform::Path path = files.write("key.pem", damaged(pem_of(*key), position));
    const auto loaded = Identity::load(files.write("certificate.pem", certificate), path);
    REQUIRE_FALSE(loaded);
    CHECK(loaded.error().kind == ErrorKind::configuration);
    CHECK(loaded.error().message ==
          "the private key in " + path.string() + " is damaged: it does not belong to its public key");
  }
}

TEST_CASE("a private key whose public key was damaged, or that is another certificate's, is refused") {
  constexpr std::size_t in_point = 100;  // in the PKCS #8 of a key on P-256
  const Key key(EVP_EC_gen("P-256"), EVP_PKEY_free);
  const Key other(EVP_EC_gen("P-256"), EVP_PKEY_free);
  for (const std::string& pem : {damaged(pem_of(*key), in_point), pem_of(*other)}) {
    const Files files;
    const auto loaded =
        Identity::load(files.write("certificate.pem", certificate_for(*key)), files.write("key.pem", pem));
    REQUIRE_FALSE(loaded);
    CHECK(loaded.error().kind == ErrorKind::configuration);
  }
}

TEST_CASE("what is no private key is refused, and so is one that needs a passphrase, without asking for it") {
  const Key key(EVP_EC_gen("P-256"), EVP_PKEY_free);
  const Bio encrypted = memory();
  constexpr std::string_view passphrase = "correct horse";
  REQUIRE(PEM_write_bio_PKCS8PrivateKey(encrypted.get(), key.get(), EVP_aes_256_cbc(), passphrase.data(),
                                        static_cast<int>(passphrase.size()), nullptr, nullptr) == 1);
  for (const std::string& pem : {text_in(*encrypted), std::string("no PEM at all"), std::string(),
                                 std::string("-----BEGIN PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----\n")}) {
    const Files files;
    const auto loaded =
        Identity::load(files.write("certificate.pem", certificate_for(*key)), files.write("key.pem", pem));
    REQUIRE_FALSE(loaded);
    CHECK(loaded.error().kind == ErrorKind::configuration);
    CHECK(loaded.error().message.find("holds no private key without a passphrase in PEM") != std::string::npos);
  }
}
