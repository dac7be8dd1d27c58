#include "agent/transport/p256.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <optional>
#include <span>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

namespace agent::p256 {

namespace {

constexpr std::size_t scalar_size = 32;
using Point = std::array<unsigned char, 1 + 2 * scalar_size>;  // 4, x, y: uncompressed

template <class Number>
struct Cleared {
  void operator()(Number* number) const { BN_clear_free(number); }
};
template <std::size_t Size>
using Der = std::array<unsigned char, Size>;

// ECPrivateKey: SEQUENCE { INTEGER 1, OCTET STRING scalar, [1] { BIT STRING point } }
constexpr Der<7> before_scalar = {0x30, 0x6b, 0x02, 0x01, 0x01, 0x04, 0x20};
constexpr Der<5> before_point = {0xa1, 0x44, 0x03, 0x42, 0x00};
constexpr std::size_t private_key_size = before_scalar.size() + scalar_size + before_point.size() + Point().size();
static_assert(before_scalar[1] == private_key_size - 2 && before_scalar[6] == scalar_size);
static_assert(before_point[1] == Point().size() + 3 && before_point[3] == Point().size() + 1);

bool is_p256(const EVP_PKEY& key) {
  std::array<char, 32> curve{};
  return EVP_PKEY_get_utf8_string_param(&key, OSSL_PKEY_PARAM_GROUP_NAME, curve.data(), curve.size(), nullptr) == 1 &&
         OBJ_txt2nid(curve.data()) == NID_X9_62_prime256v1;
}

std::optional<Point> point_of(const EVP_PKEY& key) {
  Point point{};
  std::size_t size = 0;
  const bool found = is_p256(key) && EVP_PKEY_get_octet_string_param(&key, OSSL_PKEY_PARAM_PUB_KEY, point.data(),
                                                                     point.size(), &size) == 1;
  return found && size == point.size() && point[0] == POINT_CONVERSION_UNCOMPRESSED ? std::optional(point)
                                                                                    : std::nullopt;
}

// OpenSSL's to own and to free, and wiped then.
unsigned char* private_key_of(const EVP_PKEY& key, const Point& point) {
  BIGNUM* found = nullptr;
  if (EVP_PKEY_get_bn_param(&key, OSSL_PKEY_PARAM_PRIV_KEY, &found) != 1) return nullptr;
  const std::unique_ptr<BIGNUM, Cleared<BIGNUM>> scalar(found);
  auto* der = static_cast<unsigned char*>(OPENSSL_malloc(private_key_size));
  if (der == nullptr) return nullptr;
  unsigned char* out = std::ranges::copy(before_scalar, der).out;
  BN_bn2binpad(scalar.get(), out, scalar_size);
  out = std::ranges::copy(before_point, out + scalar_size).out;
  std::ranges::copy(point, out);
  return der;
}

ASN1_OBJECT* object(int number) { return OBJ_nid2obj(number); }

using Pkcs8 = std::unique_ptr<PKCS8_PRIV_KEY_INFO, decltype(&PKCS8_PRIV_KEY_INFO_free)>;

Pkcs8 pkcs8_in(BIO& pem) {
  unsigned char* der = nullptr;
  long size = 0;
  if (PEM_bytes_read_bio(&der, &size, nullptr, PEM_STRING_PKCS8INF, &pem, no_passphrase, nullptr) != 1)
    return {nullptr, PKCS8_PRIV_KEY_INFO_free};
  const unsigned char* position = der;
  Pkcs8 info(d2i_PKCS8_PRIV_KEY_INFO(nullptr, &position, size), PKCS8_PRIV_KEY_INFO_free);
  OPENSSL_clear_free(der, static_cast<std::size_t>(size));
  return info;
}

// The ECPrivateKey in it; empty unless it is laid out as private_key_of() does.
std::span<const unsigned char> private_key_in(const PKCS8_PRIV_KEY_INFO& info) {
  const unsigned char* der = nullptr;
  int size = 0;
  const X509_ALGOR* algorithm = nullptr;
  if (PKCS8_pkey_get0(nullptr, &der, &size, &algorithm, &info) != 1) return {};
  const ASN1_OBJECT* kind = nullptr;
  const void* curve = nullptr;
  int curve_type = V_ASN1_UNDEF;
  X509_ALGOR_get0(&kind, &curve_type, &curve, algorithm);
  const bool ours = OBJ_obj2nid(kind) == NID_X9_62_id_ecPublicKey && curve_type == V_ASN1_OBJECT &&
                    OBJ_obj2nid(static_cast<const ASN1_OBJECT*>(curve)) == NID_X9_62_prime256v1 &&
                    static_cast<std::size_t>(size) == private_key_size &&
                    std::equal(before_scalar.begin(), before_scalar.end(), der) &&
                    std::equal(before_point.begin(), before_point.end(), der + before_scalar.size() + scalar_size);
  return ours ? std::span(der, private_key_size) : std::span<const unsigned char>();
}

std::shared_ptr<EVP_PKEY> key_from(std::span<const unsigned char> private_key) {
  const auto point = private_key.last(Point().size());
  const std::unique_ptr<BIGNUM, Cleared<BIGNUM>> scalar(BN_secure_new());
  const std::unique_ptr<OSSL_PARAM_BLD, decltype(&OSSL_PARAM_BLD_free)> parts(OSSL_PARAM_BLD_new(),
                                                                              OSSL_PARAM_BLD_free);
  const bool laid_out =
      scalar && parts && BN_bin2bn(&private_key[before_scalar.size()], scalar_size, scalar.get()) != nullptr &&
      OSSL_PARAM_BLD_push_utf8_string(parts.get(), OSSL_PKEY_PARAM_GROUP_NAME, SN_X9_62_prime256v1, 0) == 1 &&
      OSSL_PARAM_BLD_push_BN_pad(parts.get(), OSSL_PKEY_PARAM_PRIV_KEY, scalar.get(), scalar_size) == 1 &&
      OSSL_PARAM_BLD_push_octet_string(parts.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()) == 1;
  if (!laid_out) return nullptr;
  const std::unique_ptr<OSSL_PARAM, decltype(&OSSL_PARAM_free)> parameters(OSSL_PARAM_BLD_to_param(parts.get()),
                                                                           OSSL_PARAM_free);
  const std::unique_ptr<EVP_PKEY_CTX, decltype(&EVP_PKEY_CTX_free)> context(
      EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr), EVP_PKEY_CTX_free);
  EVP_PKEY* key = nullptr;
  const bool made = parameters && context && EVP_PKEY_fromdata_init(context.get()) == 1 &&
                    EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_KEYPAIR, parameters.get()) == 1;
  return made ? std::shared_ptr<EVP_PKEY>(key, EVP_PKEY_free) : nullptr;
}

}  // namespace

bool set_public_key(X509& certificate, const EVP_PKEY& key) {
  const auto point = point_of(key);
  if (!point) return false;
  auto* bytes = static_cast<unsigned char*>(OPENSSL_memdup(point->data(), point->size()));
  if (bytes == nullptr) return false;
  X509_PUBKEY* part = X509_get_X509_PUBKEY(&certificate);
  const bool set = X509_PUBKEY_set0_param(part, object(NID_X9_62_id_ecPublicKey), V_ASN1_OBJECT,
                                          object(NID_X9_62_prime256v1), bytes, static_cast<int>(point->size())) == 1;
  if (!set) OPENSSL_free(bytes);
  return set;
}

bool write_private_key(BIO& out, const EVP_PKEY& key) {
  const auto point = point_of(key);
  const Pkcs8 info(PKCS8_PRIV_KEY_INFO_new(), PKCS8_PRIV_KEY_INFO_free);
  unsigned char* der = point ? private_key_of(key, *point) : nullptr;
  if (der == nullptr || !info) return false;
  const bool set = PKCS8_pkey_set0(info.get(), object(NID_X9_62_id_ecPublicKey), 0, V_ASN1_OBJECT,
                                   object(NID_X9_62_prime256v1), der, private_key_size) == 1;
  if (!set) OPENSSL_clear_free(der, private_key_size);
  return set && PEM_write_bio_PKCS8_PRIV_KEY_INFO(&out, info.get()) == 1;
}

std::shared_ptr<EVP_PKEY> read_private_key(BIO& in) {
  const Pkcs8 info = pkcs8_in(in);
  if (!info) return nullptr;
  const auto private_key = private_key_in(*info);
  return private_key.empty() ? nullptr : key_from(private_key);
}

int no_passphrase(char* /*buffer*/, int /*size*/, int /*writing*/, void* /*data*/) { return 0; }

}  // namespace agent::p256
