// SPDX-License-Identifier: ISC
// The least that judging a key locally can cost: a program with the product's libraries that starts OpenSSL
// and libsodium, derives one key by HKDF, and ends.
#include <array>

#include <boost/filesystem/operations.hpp>
#include <openssl/core_names.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <openssl/ssl.h>
#include <sodium.h>

#include "tests/bench/stop.h"
#include "tests/bench/tls.h"

namespace {

using Method = std::unique_ptr<EVP_KDF, bench::FreedBy<EVP_KDF_free>>;
using Derivation = std::unique_ptr<EVP_KDF_CTX, bench::FreedBy<EVP_KDF_CTX_free>>;

std::array<unsigned char, 32> derive(std::array<unsigned char, 24> key) {
  std::array<unsigned char, 32> derived{};
  const Method method(EVP_KDF_fetch(nullptr, "HKDF", nullptr));
  const Derivation derivation(EVP_KDF_CTX_new(method.get()));
  std::array digest{'S', 'H', 'A', '2', '5', '6', '\0'};
  const std::array parameters{OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest.data(), 0),
                              OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, key.data(), key.size()),
                              OSSL_PARAM_construct_end()};
  if (EVP_KDF_derive(derivation.get(), derived.data(), derived.size(), parameters.data()) != 1) bench::stop("no HKDF");
  return derived;
}

}  // namespace

int main() {
  if (sodium_init() < 0) bench::stop("no libsodium");
  if (OPENSSL_init_ssl(0, nullptr) != 1) bench::stop("no OpenSSL");
  boost::system::error_code error;
  if (!boost::filesystem::exists("/", error)) bench::stop("no root directory");
  return derive({}) == std::array<unsigned char, 32>{} ? 1 : 0;
}
