// SPDX-License-Identifier: ISC
// What a handshake may cost, and what a failed one tells. Both ends run in memory: one is ours, the other is OpenSSL
// with whatever a stranger sets.
#include "agent/transport/tls.h"

#include <memory>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <openssl/asn1err.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include "agent/base/limits.h"
#include "agent/transport/tls_bounds.h"
#include "tests/support/libsodium.h"
#include "tests/support/temporary_directory.h"

namespace tls = agent::tls;

using agent::Identity;
using tls::Failure;
using tls::Role;

namespace {

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;
using Connection = std::unique_ptr<SSL, decltype(&SSL_free)>;

Key made(EVP_PKEY* key) {
  REQUIRE(key != nullptr);
  return {key, EVP_PKEY_free};
}
Key ec_key(const char* curve) { return made(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", curve)); }
Key rsa_key(std::size_t bits) { return made(EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", bits)); }

// Its modulus is random and its private exponent 3, so making it and signing with it cost nothing, and no signature
// fits. In a certificate it looks like any other key of that size.
Key false_rsa_key(int bits) {
  const std::unique_ptr<BIGNUM, decltype(&BN_free)> modulus(BN_new(), BN_free);
  const std::unique_ptr<BIGNUM, decltype(&BN_free)> exponent(BN_new(), BN_free);
  const std::unique_ptr<OSSL_PARAM_BLD, decltype(&OSSL_PARAM_BLD_free)> fields(OSSL_PARAM_BLD_new(),
                                                                               OSSL_PARAM_BLD_free);
  const std::unique_ptr<BIGNUM, decltype(&BN_free)> three(BN_new(), BN_free);
  REQUIRE(BN_rand(modulus.get(), bits, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ODD) == 1);
  REQUIRE(BN_set_word(exponent.get(), 65537) == 1);
  REQUIRE(BN_set_word(three.get(), 3) == 1);
  REQUIRE(OSSL_PARAM_BLD_push_BN(fields.get(), OSSL_PKEY_PARAM_RSA_N, modulus.get()) == 1);
  REQUIRE(OSSL_PARAM_BLD_push_BN(fields.get(), OSSL_PKEY_PARAM_RSA_E, exponent.get()) == 1);
  REQUIRE(OSSL_PARAM_BLD_push_BN(fields.get(), OSSL_PKEY_PARAM_RSA_D, three.get()) == 1);
  const std::unique_ptr<OSSL_PARAM, decltype(&OSSL_PARAM_free)> list(OSSL_PARAM_BLD_to_param(fields.get()),
                                                                     OSSL_PARAM_free);
  const std::unique_ptr<EVP_PKEY_CTX, decltype(&EVP_PKEY_CTX_free)> maker(
      EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr), EVP_PKEY_CTX_free);
  EVP_PKEY* key = nullptr;
  REQUIRE(EVP_PKEY_fromdata_init(maker.get()) == 1);
  REQUIRE(EVP_PKEY_fromdata(maker.get(), &key, EVP_PKEY_KEYPAIR, list.get()) == 1);
  return made(key);
}

Certificate certificate_of(EVP_PKEY& key, EVP_PKEY& signer) {
  Certificate made(X509_new(), X509_free);
  X509_set_version(made.get(), X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(made.get()), 1);
  X509_gmtime_adj(X509_getm_notBefore(made.get()), 0);
  X509_gmtime_adj(X509_getm_notAfter(made.get()), 3600);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(made.get()), "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>("stranger"), -1, -1, 0);
  X509_set_issuer_name(made.get(), X509_get_subject_name(made.get()));
  X509_set_pubkey(made.get(), &key);
  const bool digests_itself = EVP_PKEY_get_base_id(&signer) == EVP_PKEY_ED25519;
  REQUIRE(X509_sign(made.get(), &signer, digests_itself ? nullptr : EVP_sha256()) > 0);
  return made;
}

Identity own_identity() { return *Identity::generate("om1"); }

tls::Context ours(Role role) {
  static const Identity identity = own_identity();
  auto context = tls::make_context(role, identity, std::nullopt);
  REQUIRE(context);
  return std::move(*context);
}

// Takes anything, and offers all that OpenSSL has.
tls::Context stranger(Role role, EVP_PKEY& key, EVP_PKEY& signer) {
  tls::Context context(SSL_CTX_new(role == Role::initiator ? TLS_client_method() : TLS_server_method()), SSL_CTX_free);
  SSL_CTX_set_security_level(context.get(), 0);
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, [](int, X509_STORE_CTX*) { return 1; });
  REQUIRE(SSL_CTX_use_certificate(context.get(), certificate_of(key, signer).get()) == 1);
  REQUIRE(SSL_CTX_use_PrivateKey(context.get(), &key) == 1);
  return context;
}
tls::Context stranger(Role role) {
  const Key key = ec_key("P-256");
  return stranger(role, *key, *key);
}

struct Ends {
  bool established = false;     // on our end
  unsigned long our_error = 0;  // OpenSSL's first
};

unsigned long step(SSL& connection) {
  ERR_clear_error();
  SSL_do_handshake(&connection);
  return ERR_get_error();
}

Ends shake_hands(SSL_CTX& initiator, SSL_CTX& responder, Role our_role) {
  const Connection client(SSL_new(&initiator), SSL_free);
  const Connection server(SSL_new(&responder), SSL_free);
  SSL_set_connect_state(client.get());
  SSL_set_accept_state(server.get());
  static const std::string protocols =
      static_cast<char>(tls::application_protocol.size()) + std::string(tls::application_protocol);
  SSL_set_alpn_protos(client.get(), reinterpret_cast<const unsigned char*>(protocols.data()),
                      static_cast<unsigned>(protocols.size()));
  BIO* near = nullptr;
  BIO* far = nullptr;
  constexpr std::size_t room = 256 * std::size_t{1024};
  REQUIRE(BIO_new_bio_pair(&near, room, &far, room) == 1);
  SSL_set_bio(client.get(), near, near);
  SSL_set_bio(server.get(), far, far);

  const Connection& own = our_role == Role::initiator ? client : server;
  unsigned long error = 0;
  for (int round = 0; round < 5; ++round) {
    for (const Connection* end : {&client, &server}) {
      const unsigned long met = step(**end);
      if (end == &own && error == 0) error = met;
    }
  }
  return {error == 0 && SSL_is_init_finished(own.get()) == 1, error};
}

// As the responder and as the initiator, because a false host can be met on either side.
void check_with(const tls::Context& as_initiator, const tls::Context& as_responder, bool passes, int reason = 0) {
  const Ends responding = shake_hands(*as_initiator, *ours(Role::responder), Role::responder);
  const Ends initiating = shake_hands(*ours(Role::initiator), *as_responder, Role::initiator);
  CHECK(responding.established == passes);
  CHECK(initiating.established == passes);
  if (reason == 0) return;
  CHECK(ERR_GET_REASON(responding.our_error) == reason);
  CHECK(ERR_GET_REASON(initiating.our_error) == reason);
}

void check_key(EVP_PKEY& key, EVP_PKEY& signer, bool passes) {
  CHECK(tls::is_cheap(&key) == passes);
  check_with(stranger(Role::initiator, key, signer), stranger(Role::responder, key, signer), passes,
             passes ? 0 : SSL_R_CERTIFICATE_VERIFY_FAILED);
}
void check_key(const Key& key, bool passes) { check_key(*key, *key, passes); }

void check_group(const char* group, bool passes) {
  CAPTURE(group);
  const auto initiator = stranger(Role::initiator);
  const auto responder = stranger(Role::responder);
  REQUIRE(SSL_CTX_set1_groups_list(initiator.get(), group) == 1);
  REQUIRE(SSL_CTX_set1_groups_list(responder.get(), group) == 1);
  check_with(initiator, responder, passes);
}

std::string reason_of(int library, int reason) {
  return tls::diagnose(ERR_PACK(static_cast<unsigned long>(library), 0, static_cast<unsigned long>(reason))).reason;
}
Failure failure_of(int library, int reason) {
  return tls::diagnose(ERR_PACK(static_cast<unsigned long>(library), 0, static_cast<unsigned long>(reason))).failure;
}

}  // namespace

TEST_CASE("keys are exchanged on X25519, P-256 and P-384 only, because strangers choose the group") {
  for (const char* group : {"X25519", "P-256", "P-384"}) check_group(group, true);
  for (const char* group : {"P-521", "X448", "ffdhe2048", "ffdhe4096", "ffdhe8192"}) check_group(group, false);
}

TEST_CASE("certificates with a cheap key are taken") {
  check_key(ec_key("P-256"), true);
  check_key(ec_key("P-384"), true);
  check_key(made(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519")), true);
  check_key(rsa_key(2048), true);
}

TEST_CASE("an RSA key that is too large, or too small, is refused before its signature is checked") {
  const Key signer = ec_key("P-256");
  check_key(rsa_key(1024), false);
  for (const int bits : {4104, 16384}) {
    CAPTURE(bits);
    check_key(*false_rsa_key(bits), *signer, false);
  }
}

TEST_CASE("keys on other curves are not taken") {
  for (const char* curve : {"P-521", "secp256k1", "brainpoolP256r1", "P-224"}) {
    CAPTURE(curve);
    CHECK_FALSE(tls::is_cheap(ec_key(curve).get()));
  }
  CHECK_FALSE(tls::is_cheap(made(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED448")).get()));
  CHECK_FALSE(tls::is_cheap(nullptr));
}

TEST_CASE("certificates of more than a few kilobytes are refused unread") {
  const auto with_many = [](Role role) {
    const Key key = ec_key("P-256");
    auto context = stranger(role, *key, *key);
    for (std::size_t size = 0; size < 2 * agent::limits::certificate_chain; size += 300)
      SSL_CTX_add_extra_chain_cert(context.get(), certificate_of(*key, *key).release());
    return context;
  };
  check_with(with_many(Role::initiator), with_many(Role::responder), false, SSL_R_EXCESSIVE_MESSAGE_SIZE);
}

TEST_CASE("a host whose own certificate peers would refuse is told so, and which keys they take") {
  const tests::TemporaryDirectory directory;
  const Key key = ec_key("P-521");
  const auto certificate_file = directory.path() / "certificate.pem";
  const auto key_file = directory.path() / "key.pem";
  const std::unique_ptr<BIO, decltype(&BIO_free)> out(BIO_new_file(certificate_file.string().c_str(), "w"), BIO_free);
  REQUIRE(PEM_write_bio_X509(out.get(), certificate_of(*key, *key).get()) == 1);
  const std::unique_ptr<BIO, decltype(&BIO_free)> secret(BIO_new_file(key_file.string().c_str(), "w"), BIO_free);
  REQUIRE(PEM_write_bio_PrivateKey(secret.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1);
  BIO_flush(out.get());
  BIO_flush(secret.get());
  const auto identity = Identity::load(certificate_file, key_file);
  REQUIRE(identity);
  const auto context = tls::make_context(Role::responder, *identity, std::nullopt);
  REQUIRE_FALSE(context);
  CHECK(context.error().kind == platform::ErrorKind::configuration);
  CHECK(context.error().message.find("P-384") != std::string::npos);
}

TEST_CASE("names that [tls] allow lists are compared without regard to case") {
  CHECK(tls::is_allowed({"OM1.Example.com"}, {"om1.example.COM"}));
  CHECK(tls::is_allowed({"om1.EXAMPLE.com"}, {"*.example.com"}));
  CHECK(tls::is_allowed({"om1.example.com"}, {"*.Example.Com"}));
  CHECK_FALSE(tls::is_allowed({"om1.example.com"}, {"om2.example.com"}));
  CHECK_FALSE(tls::is_allowed({"a.om1.example.com"}, {"*.example.com"}));
  CHECK_FALSE(tls::is_allowed({"om1@example.com"}, {"om1`example.com"}));
}

TEST_CASE("a peer that closes without an answer is told as that") {
  CHECK(reason_of(0, 0) == tls::closed_without_answer);
  CHECK(reason_of(ERR_LIB_SSL, SSL_R_UNEXPECTED_EOF_WHILE_READING) == tls::closed_without_answer);
  CHECK(failure_of(0, 0) == Failure::connection);
  CHECK(failure_of(ERR_LIB_SSL, SSL_R_UNEXPECTED_EOF_WHILE_READING) == Failure::connection);
}

TEST_CASE("only what says nothing about the peer counts as a connection that failed") {
  CHECK(failure_of(ERR_LIB_SSL, ERR_R_MALLOC_FAILURE) == Failure::connection);
  CHECK(failure_of(ERR_LIB_EVP, ERR_R_MALLOC_FAILURE) == Failure::connection);
  CHECK(failure_of(ERR_LIB_SSL, SSL_R_TLSV1_ALERT_INTERNAL_ERROR) == Failure::connection);
  CHECK(failure_of(ERR_LIB_ASN1, ASN1_R_WRONG_TAG) == Failure::incompatible);
  CHECK(failure_of(ERR_LIB_EC, 1) == Failure::incompatible);
  CHECK(failure_of(ERR_LIB_SSL, SSL_R_WRONG_VERSION_NUMBER) == Failure::incompatible);
  CHECK(failure_of(ERR_LIB_SSL, SSL_R_EXCESSIVE_MESSAGE_SIZE) == Failure::incompatible);
  CHECK(failure_of(ERR_LIB_SSL, SSL_R_CERTIFICATE_VERIFY_FAILED) == Failure::certificate);
  CHECK(failure_of(ERR_LIB_SSL, SSL_R_SSLV3_ALERT_BAD_CERTIFICATE) == Failure::certificate);
}
