// SPDX-License-Identifier: ISC
#include "keystore/approved_algorithms.h"

#include <openssl/evp.h>
#include <openssl/provider.h>

namespace keystore {

namespace {

// Some configurations load only the FIPS provider without setting fips=yes.
bool has_fips_provider_alone() {
  return OSSL_PROVIDER_available(nullptr, "fips") == 1 && OSSL_PROVIDER_available(nullptr, "default") != 1;
}

}  // namespace

bool approved_algorithms_only() {
  // This call makes OpenSSL read its configuration, so it comes before has_fips_provider_alone().
  return EVP_default_properties_is_fips_enabled(nullptr) == 1 || has_fips_provider_alone();
}

}  // namespace keystore
