#include "agent/p256.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <optional>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/objects.h>
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
  const std::unique_ptr<PKCS8_PRIV_KEY_INFO, decltype(&PKCS8_PRIV_KEY_INFO_free)> info(PKCS8_PRIV_KEY_INFO_new(),
                                                                                       PKCS8_PRIV_KEY_INFO_free);
  unsigned char* der = point ? private_key_of(key, *point) : nullptr;
  if (der == nullptr || !info) return false;
  const bool set = PKCS8_pkey_set0(info.get(), object(NID_X9_62_id_ecPublicKey), 0, V_ASN1_OBJECT,
                                   object(NID_X9_62_prime256v1), der, private_key_size) == 1;
  if (!set) OPENSSL_clear_free(der, private_key_size);
  return set && PEM_write_bio_PKCS8_PRIV_KEY_INFO(&out, info.get()) == 1;
}

}  // namespace agent::p256
