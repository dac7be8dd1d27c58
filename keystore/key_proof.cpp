#include "keystore/key_proof.h"

#include <algorithm>
#include <memory>
#include <stdexcept>
#include <string_view>

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

namespace keystore {

namespace {

using platform::BytesView;
using platform::SecretBytes;

constexpr std::string_view salt = "genkey-agent v1";
constexpr std::size_t derived_size = 32;

// OpenSSL's parameters want pointers to non-const that it does not write to.
OSSL_PARAM octets(const char* name, BytesView bytes) {
  return OSSL_PARAM_construct_octet_string(name, const_cast<std::byte*>(bytes.data()), bytes.size());
}

SecretBytes hkdf(int mode, BytesView key, const char* input_name, std::string_view input) {
  const std::unique_ptr<EVP_KDF, decltype(&EVP_KDF_free)> kdf(EVP_KDF_fetch(nullptr, "HKDF", nullptr), EVP_KDF_free);
  const std::unique_ptr<EVP_KDF_CTX, decltype(&EVP_KDF_CTX_free)> context(EVP_KDF_CTX_new(kdf.get()), EVP_KDF_CTX_free);
  std::string digest = "SHA256";
  const std::array parameters = {OSSL_PARAM_construct_int(OSSL_KDF_PARAM_MODE, &mode),
                                 OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest.data(), 0),
                                 octets(OSSL_KDF_PARAM_KEY, key), octets(input_name, platform::view_of(input)),
                                 OSSL_PARAM_construct_end()};
  SecretBytes derived(derived_size);
  auto* out = reinterpret_cast<unsigned char*>(derived.reveal_for_writing().data());
  if (!context || EVP_KDF_derive(context.get(), out, derived.size(), parameters.data()) != 1) {
    throw std::runtime_error("OpenSSL cannot do HKDF with SHA-256");
  }
  return derived;
}

SecretBytes expand(const SecretBytes& prk, std::string_view label) {
  return hkdf(EVP_KDF_HKDF_MODE_EXPAND_ONLY, prk.reveal(), OSSL_KDF_PARAM_INFO, label);
}

Mac hmac(const SecretBytes& key, BytesView message) {
  Mac mac;
  unsigned int size = mac.size();
  const unsigned char* done = HMAC(EVP_sha256(), key.reveal().data(), static_cast<int>(key.size()),
                                   reinterpret_cast<const unsigned char*>(message.data()), message.size(),
                                   reinterpret_cast<unsigned char*>(mac.data()), &size);
  if (done == nullptr || size != mac.size()) throw std::runtime_error("OpenSSL cannot do HMAC with SHA-256");
  return mac;
}

}  // namespace

FleetId FleetId::random() {
  FleetId id;
  platform::fill_random(id.bytes);
  return id;
}

KeyProof::KeyProof(const GenKey& key) {
  const SecretBytes prk = hkdf(EVP_KDF_HKDF_MODE_EXTRACT_ONLY, key.reveal(), OSSL_KDF_PARAM_SALT, salt);
  initiator_ = expand(prk, "initiator v1");
  responder_ = expand(prk, "responder v1");
  witness_ = expand(prk, "witness v1");
}

Mac KeyProof::witness(const FleetId& fleet, std::uint32_t generation) const {
  std::array<std::byte, sizeof fleet.bytes + sizeof generation> message{};
  std::ranges::copy(fleet.bytes, message.begin());
  for (std::size_t at = 0; at < sizeof generation; ++at) {
    message[message.size() - 1 - at] = static_cast<std::byte>(generation >> (8 * at));
  }
  return hmac(witness_, message);
}

Mac KeyProof::initiator_tag(BytesView transcript) const { return hmac(initiator_, transcript); }
Mac KeyProof::responder_tag(BytesView transcript) const { return hmac(responder_, transcript); }

}  // namespace keystore
