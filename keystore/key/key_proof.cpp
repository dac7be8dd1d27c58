// SPDX-License-Identifier: ISC
#include "keystore/key/key_proof.h"

#include <algorithm>
#include <memory>
#include <stdexcept>
#include <string_view>

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

#include "platform/base/enum_count.h"

namespace keystore {

namespace {

using platform::BytesView;
using platform::SecretBytes;

// Names this program and version, so that the derived keys differ from those of any other program with the same key.
constexpr std::string_view salt = "genkey-agent v1";
constexpr std::size_t derived_size = 32;
// By KeyProof::Use and FactsProof::Use. Two uses with one label would let a proof for one pass for the other. A changed
// label makes every record and every peer of an older version disagree.
constexpr std::array<std::string_view, 4> labels = {"initiator v1", "responder v1", "witness v1", "host state v1"};
constexpr std::array<std::string_view, 3> facts_labels = {"facts initiator v1", "facts responder v1",
                                                          "facts digest v1"};

// OpenSSL's parameters take pointers to non-const bytes, which it does not write to.
OSSL_PARAM octets(const char* name, BytesView bytes) {
  return OSSL_PARAM_construct_octet_string(name, const_cast<std::byte*>(bytes.data()), bytes.size());
}

// Fetched once: OpenSSL takes longer to find a method than to use it, and the listener uses it for every request.
EVP_KDF* hkdf_method() {
  static const std::unique_ptr<EVP_KDF, decltype(&EVP_KDF_free)> method(EVP_KDF_fetch(nullptr, "HKDF", nullptr),
                                                                        EVP_KDF_free);
  return method.get();
}

EVP_MAC* hmac_method() {
  static const std::unique_ptr<EVP_MAC, decltype(&EVP_MAC_free)> method(EVP_MAC_fetch(nullptr, "HMAC", nullptr),
                                                                        EVP_MAC_free);
  return method.get();
}

// Extract and expand are separate calls, because several keys are expanded from one extracted key. Failures are thrown:
// no caller could do anything about an OpenSSL without SHA-256.
void hkdf(int mode, BytesView key, const char* input_name, std::string_view input, std::span<std::byte> out) {
  const std::unique_ptr<EVP_KDF_CTX, decltype(&EVP_KDF_CTX_free)> context(EVP_KDF_CTX_new(hkdf_method()),
                                                                          EVP_KDF_CTX_free);
  std::string digest = "SHA256";
  const std::array parameters = {OSSL_PARAM_construct_int(OSSL_KDF_PARAM_MODE, &mode),
                                 OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest.data(), 0),
                                 octets(OSSL_KDF_PARAM_KEY, key), octets(input_name, platform::view_of(input)),
                                 OSSL_PARAM_construct_end()};
  auto* derived = reinterpret_cast<unsigned char*>(out.data());
  if (!context || EVP_KDF_derive(context.get(), derived, out.size(), parameters.data()) != 1) {
    throw std::runtime_error("OpenSSL cannot do HKDF with SHA-256");
  }
}

// One allocation for all of them: each locked one takes whole pages. The extracted key could make every derived key, so
// it is wiped when this function ends.
SecretBytes derive(const GenKey& key, std::span<const std::string_view> uses) {
  SecretBytes prk(derived_size);
  hkdf(EVP_KDF_HKDF_MODE_EXTRACT_ONLY, key.reveal(), OSSL_KDF_PARAM_SALT, salt, prk.reveal_for_writing());
  SecretBytes keys(uses.size() * derived_size);
  for (std::size_t at = 0; at < uses.size(); ++at) {
    hkdf(EVP_KDF_HKDF_MODE_EXPAND_ONLY, prk.reveal(), OSSL_KDF_PARAM_INFO, uses[at],
         keys.reveal_for_writing().subspan(at * derived_size, derived_size));
  }
  return keys;
}

template <class Use>
BytesView part_of(const SecretBytes& keys, Use use) {
  return keys.reveal().subspan(static_cast<std::size_t>(use) * derived_size, derived_size);
}

Mac hmac(BytesView key, BytesView message) {
  const std::unique_ptr<EVP_MAC_CTX, decltype(&EVP_MAC_CTX_free)> context(EVP_MAC_CTX_new(hmac_method()),
                                                                          EVP_MAC_CTX_free);
  std::string digest = "SHA256";
  const std::array parameters = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest.data(), 0),
                                 OSSL_PARAM_construct_end()};
  Mac mac;
  std::size_t size = 0;
  const bool done =
      context &&
      EVP_MAC_init(context.get(), reinterpret_cast<const unsigned char*>(key.data()), key.size(), parameters.data()) ==
          1 &&
      EVP_MAC_update(context.get(), reinterpret_cast<const unsigned char*>(message.data()), message.size()) == 1 &&
      EVP_MAC_final(context.get(), reinterpret_cast<unsigned char*>(mac.data()), &size, mac.size()) == 1;
  if (!done || size != mac.size()) throw std::runtime_error("OpenSSL cannot do HMAC with SHA-256");
  return mac;
}

}  // namespace

FleetId FleetId::random() {
  FleetId id;
  platform::fill_random(id.bytes);
  return id;
}

KeyProof::KeyProof(const GenKey& key) : keys_(derive(key, labels)) {
  static_assert(labels.size() == platform::enum_count<Use>());
}

BytesView KeyProof::derived(Use use) const { return part_of(keys_, use); }

Mac KeyProof::witness(const FleetId& fleet, std::uint32_t generation) const {
  std::array<std::byte, sizeof fleet.bytes + sizeof generation> message{};
  std::ranges::copy(fleet.bytes, message.begin());
  // Big-endian by hand: the writer of such fields is agent's, and keystore does not know agent.
  for (std::size_t at = 0; at < sizeof generation; ++at) {
    message[message.size() - 1 - at] = static_cast<std::byte>(generation >> (8 * at));
  }
  return hmac(derived(Use::witness), message);
}

Mac KeyProof::initiator_tag(BytesView transcript) const { return hmac(derived(Use::initiator), transcript); }
Mac KeyProof::responder_tag(BytesView transcript) const { return hmac(derived(Use::responder), transcript); }

Mac KeyProof::host_state_tag(const SecretBytes& state) const { return hmac(derived(Use::host_state), state.reveal()); }

FactsProof::FactsProof(const GenKey& key) : keys_(derive(key, facts_labels)) {
  static_assert(facts_labels.size() == platform::enum_count<Use>());
}

BytesView FactsProof::derived(Use use) const { return part_of(keys_, use); }

Mac FactsProof::initiator_tag(BytesView transcript) const { return hmac(derived(Use::initiator), transcript); }
Mac FactsProof::responder_tag(BytesView transcript) const { return hmac(derived(Use::responder), transcript); }
Mac FactsProof::digest(BytesView message) const { return hmac(derived(Use::digest), message); }

}  // namespace keystore
