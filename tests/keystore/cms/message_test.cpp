// SPDX-License-Identifier: ISC
// Backups as CMS messages. That `openssl cms` restores them is shown by tests/stories/test_age.py.
#include "keystore/cms/message.h"

#include <algorithm>

#include <doctest/doctest.h>
#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "tests/keystore/age/samples.h"

namespace cms = keystore::cms;
using cms::Certificate;
using cms::Form;
using cms::PrivateKey;
using platform::Bytes;
using platform::ErrorKind;

namespace {

const std::string key = "twenty-four known bytes!";

std::string text_of(BIO* bio) {
  const char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  std::string text(data, static_cast<std::size_t>(size));
  BIO_free_all(bio);
  return text;
}

// A private key and a certificate for it, as files hold them.
struct Owner {
  explicit Owner(EVP_PKEY* made) {
    X509* x = X509_new();
    X509_set_version(x, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(x), 7);
    ASN1_TIME_set_string(X509_getm_notBefore(x), "20200101000000Z");
    ASN1_TIME_set_string(X509_getm_notAfter(x), "20210101000000Z");  // long over: it does not matter
    X509_NAME_add_entry_by_txt(X509_get_subject_name(x), "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>("backup"), -1, -1, 0);
    X509_set_issuer_name(x, X509_get_subject_name(x));
    X509_set_pubkey(x, made);
    X509_sign(x, made, EVP_sha256());
    BIO* out = BIO_new(BIO_s_mem());
    PEM_write_bio_X509(out, x);
    certificate = text_of(out);
    private_key = written(made, nullptr);
    encrypted_key = written(made, "open sesame");
    X509_free(x);
    EVP_PKEY_free(made);
  }

  static std::string written(EVP_PKEY* made, const char* passphrase) {
    BIO* out = BIO_new(BIO_s_mem());
    PEM_write_bio_PKCS8PrivateKey(out, made, passphrase == nullptr ? nullptr : EVP_aes_256_cbc(), passphrase,
                                  passphrase == nullptr ? 0 : 11, nullptr, nullptr);
    return text_of(out);
  }

  [[nodiscard]] std::vector<Certificate> recipients() const { return *Certificate::parse(certificate); }
  [[nodiscard]] PrivateKey opener() const { return *PrivateKey::parse(tests::secret(private_key)); }

  std::string certificate;
  std::string private_key;
  std::string encrypted_key;
};

const Owner& curve_owner() {
  static const Owner owner(EVP_EC_gen("P-256"));
  return owner;
}

const Owner& rsa_owner() {
  static const Owner owner(EVP_RSA_gen(2048));
  return owner;
}

Bytes sealed(const Owner& owner, Form form = Form::der) {
  return *cms::seal(tests::secret(key), owner.recipients(), form);
}

// Empty when it does not open; nothing is ever encrypted here that is.
std::string opened(platform::BytesView file, const PrivateKey& opener) {
  const auto plaintext = cms::open(file, opener);
  return plaintext ? tests::revealed(*plaintext) : std::string();
}

}  // namespace

TEST_CASE("the private key of a certificate opens what was encrypted to it, DER or PEM") {
  for (const Owner* owner : {&curve_owner(), &rsa_owner()}) {
    for (const Form form : {Form::der, Form::pem}) {
      const Bytes file = sealed(*owner, form);
      CHECK(cms::is_cms(file));
      CHECK(opened(file, owner->opener()) == key);
    }
  }
}

TEST_CASE("each of several certificates opens, and an inspection tells their kinds") {
  const auto both = Certificate::parse(curve_owner().certificate + rsa_owner().certificate);
  REQUIRE(both);
  CHECK(both->front().subject() == "CN = backup");
  const auto file = cms::seal(tests::secret(key), *both);
  REQUIRE(file);
  CHECK(opened(*file, curve_owner().opener()) == key);
  CHECK(opened(*file, rsa_owner().opener()) == key);
  auto inspection = cms::inspect(*file);
  REQUIRE(inspection);
  std::ranges::sort(inspection->recipients);  // DER sorts them by their bytes
  CHECK(*inspection == cms::Inspection{Form::der, {"ECDH", "RSA"}});
}

TEST_CASE("another private key is told to be the wrong one, of the same kind or not") {
  for (const Owner* owner : {&curve_owner(), &rsa_owner()}) {
    for (const Owner& stranger : {Owner(EVP_EC_gen("P-256")), Owner(EVP_RSA_gen(2048))}) {
      const auto refused = cms::open(sealed(*owner), stranger.opener());
      REQUIRE_FALSE(refused);
      CHECK(refused.error().kind == ErrorKind::wrong_identity);
    }
  }
}

TEST_CASE("an encrypted private key opens with its passphrase and with no other") {
  const auto pem = [] { return tests::secret(curve_owner().encrypted_key); };
  const auto right = tests::passphrase("open sesame");
  const auto wrong = tests::passphrase("open barley");
  CHECK(opened(sealed(curve_owner()), *PrivateKey::parse(pem(), &right)) == key);
  CHECK(PrivateKey::parse(pem(), &wrong).error().kind == ErrorKind::wrong_identity);
  CHECK(PrivateKey::parse(pem()).error().kind == ErrorKind::usage);
}

TEST_CASE("a CMS message that is cut anywhere gives no key") {
  for (const Form form : {Form::der, Form::pem}) {
    const Bytes file = sealed(curve_owner(), form);
    const PrivateKey opener = curve_owner().opener();
    const std::size_t whole = file.size() - (form == Form::pem ? 1 : 0);
    for (std::size_t size = 0; size < whole; ++size) CHECK(opened(std::span(file).first(size), opener).empty());
  }
}

TEST_CASE("a CMS message with any bit flipped gives no wrong key") {
  const Bytes file = sealed(curve_owner());
  const PrivateKey opener = curve_owner().opener();
  for (std::size_t bit = 0; bit < file.size() * 8; ++bit) {
    Bytes changed = file;
    changed[bit / 8] ^= static_cast<std::byte>(1U << bit % 8);
    const std::string plaintext = opened(changed, opener);
    // What names the recipient may change: the private key tells.
    const bool harmless = plaintext.empty() || plaintext == key;
    CHECK(harmless);
  }
}

TEST_CASE("a CMS message that has something behind its end gives no key") {
  for (const Form form : {Form::der, Form::pem}) {
    Bytes file = sealed(curve_owner(), form);
    file.push_back(std::byte{'x'});
    CHECK(opened(file, curve_owner().opener()).empty());
  }
}

TEST_CASE("certificates and keys of other kinds are refused") {
  const Owner other(EVP_EC_gen("P-384"));
  const Owner small(EVP_RSA_gen(1024));
  for (const Owner* owner : {&other, &small}) {
    CHECK(Certificate::parse(owner->certificate).error().kind == ErrorKind::usage);
    CHECK(PrivateKey::parse(tests::secret(owner->private_key)).error().kind == ErrorKind::usage);
  }
  CHECK(Certificate::parse("").error().kind == ErrorKind::usage);
  CHECK(Certificate::parse(curve_owner().certificate.substr(0, 200)).error().kind == ErrorKind::usage);
  CHECK(PrivateKey::parse(tests::secret(curve_owner().certificate)).error().kind == ErrorKind::usage);
  CHECK(cms::seal(tests::secret(key), {}).error().kind == ErrorKind::usage);
}
