// SPDX-License-Identifier: ISC
#include "agent/transport/tls_bounds.h"

#include <array>
#include <string_view>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

#include "agent/base/limits.h"
#include "keystore/approved_algorithms.h"

namespace agent::tls {

namespace {

// FIPS 140 approves no exchange with X25519. Where a library counts it among its approved algorithms, it is left out
// all the same.
constexpr const char* groups = "X25519:P-256:P-384";
constexpr const char* approved_groups = "P-256:P-384";

// The last three can sign certificates only (RFC 8446, 4.2.3). Without them a strict peer would send no certificate
// that a CA has signed in this way.
constexpr const char* signatures =
    "ecdsa_secp256r1_sha256:ecdsa_secp384r1_sha384:ed25519:"
    "rsa_pss_rsae_sha256:rsa_pss_rsae_sha384:rsa_pss_rsae_sha512:"
    "rsa_pss_pss_sha256:rsa_pss_pss_sha384:rsa_pss_pss_sha512:"
    "rsa_pkcs1_sha256:rsa_pkcs1_sha384:rsa_pkcs1_sha512";

// Making a signature of 4096 bits takes a few milliseconds, one of 16384 bits a quarter of a second.
constexpr int least_rsa_bits = 2048;
constexpr int most_rsa_bits = 4096;
constexpr int most_exponent_bits = 64;
// A chain of the peer's own, its CA and one between them, and one to spare.
constexpr int most_issuers = 3;

// Explicit parameters have no name, so they are refused with the curves that have another one.
bool has_cheap_curve(const EVP_PKEY* key) {
  std::array<char, 64> name{};
  if (EVP_PKEY_get_group_name(key, name.data(), name.size(), nullptr) != 1) return false;
  const std::string_view curve = name.data();
  return curve == "prime256v1" || curve == "P-256" || curve == "secp384r1" || curve == "P-384";
}

// The public exponent of nearly every key is 65537. One as long as the key would make checking as slow as signing.
bool has_cheap_rsa_key(const EVP_PKEY* key) {
  const int bits = EVP_PKEY_get_bits(key);
  BIGNUM* exponent = nullptr;
  const bool known = EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_E, &exponent) == 1;
  const int exponent_bits = known ? BN_num_bits(exponent) : 0;
  BN_free(exponent);
  return known && exponent_bits <= most_exponent_bits && bits >= least_rsa_bits && bits <= most_rsa_bits;
}

bool has_only_cheap_keys(X509_STORE_CTX* chain) {
  if (!is_cheap(X509_get0_pubkey(X509_STORE_CTX_get0_cert(chain)))) return false;
  const STACK_OF(X509)* others = X509_STORE_CTX_get0_untrusted(chain);
  for (int at = 0; at < sk_X509_num(others); ++at) {
    if (!is_cheap(X509_get0_pubkey(sk_X509_value(others, at)))) return false;
  }
  return true;
}

// OpenSSL calls it with the peer's certificates, before it checks that the peer has the private key.
int check_keys(X509_STORE_CTX* chain, void* /*data*/) {
  if (has_only_cheap_keys(chain)) return 1;
  ERR_clear_error();  // of a key that could not be read
  X509_STORE_CTX_set_error(chain, X509_V_ERR_CERT_REJECTED);
  return 0;
}

int check_keys_then_chain(X509_STORE_CTX* chain, void* data) {
  return check_keys(chain, data) == 1 ? X509_verify_cert(chain) : 0;
}

}  // namespace

std::string certificate_keys() {
  return "P-256, P-384, Ed25519, and RSA from " + std::to_string(least_rsa_bits) + " to " +
         std::to_string(most_rsa_bits) + " bits";
}

bool is_cheap(const EVP_PKEY* key) {
  if (key == nullptr) return false;
  const int kind = EVP_PKEY_get_base_id(key);
  if (kind == EVP_PKEY_EC) return has_cheap_curve(key);
  if (kind == EVP_PKEY_ED25519) return true;
  return (kind == EVP_PKEY_RSA || kind == EVP_PKEY_RSA_PSS) && has_cheap_rsa_key(key);
}

bool bound_groups_and_signatures(SSL_CTX& context) {
  const char* const allowed = keystore::approved_algorithms_only() ? approved_groups : groups;
  return SSL_CTX_set1_groups_list(&context, allowed) == 1 && SSL_CTX_set1_sigalgs_list(&context, signatures) == 1;
}

void check_certificates(SSL_CTX& context, bool with_authority) {
  SSL_CTX_set_max_cert_list(&context, limits::certificate_chain);
  SSL_CTX_set_verify_depth(&context, most_issuers);
  SSL_CTX_set_cert_verify_callback(&context, with_authority ? check_keys_then_chain : check_keys, nullptr);
}

}  // namespace agent::tls
