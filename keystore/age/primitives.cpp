// SPDX-License-Identifier: ISC
#include "keystore/age/primitives.h"

#include <algorithm>
#include <initializer_list>
#include <memory>
#include <stdexcept>

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <sodium.h>

namespace keystore::age {

namespace {

using platform::BytesView;
using platform::SecretBytes;

// The format puts this in front of the salt, so that no other use of scrypt with this passphrase gives the same key.
constexpr std::string_view scrypt_label = "age-encryption.org/v1/scrypt";

unsigned char* writable(std::span<std::byte> bytes) { return reinterpret_cast<unsigned char*>(bytes.data()); }
// The address of an empty view may be null, which libsodium does not accept.
const unsigned char* raw(BytesView bytes) {
  static constexpr unsigned char nothing = 0;
  return bytes.empty() ? &nothing : reinterpret_cast<const unsigned char*>(bytes.data());
}

SecretBytes random_secret(std::size_t size) {
  SecretBytes secret(size);
  platform::fill_random(secret.reveal_for_writing());
  return secret;
}

// OpenSSL takes parameters as pointers to non-const, but does not write to them.
OSSL_PARAM octets(const char* name, BytesView bytes) {
  return OSSL_PARAM_construct_octet_string(name, const_cast<std::byte*>(bytes.data()), bytes.size());
}

// The parts count as one message. So callers need not join them first.
void hmac(BytesView key, std::initializer_list<BytesView> parts, std::span<std::byte> out) {
  crypto_auth_hmacsha256_state state;
  crypto_auth_hmacsha256_init(&state, raw(key), key.size());
  for (const BytesView part : parts) crypto_auth_hmacsha256_update(&state, raw(part), part.size());
  crypto_auth_hmacsha256_final(&state, writable(out));
  // The state is derived from the key, and lies on the stack.
  sodium_memzero(&state, sizeof state);
}

bool run_kdf(const char* name, const OSSL_PARAM* parameters, std::span<std::byte> out) {
  const std::unique_ptr<EVP_KDF, decltype(&EVP_KDF_free)> kdf(EVP_KDF_fetch(nullptr, name, nullptr), EVP_KDF_free);
  const std::unique_ptr<EVP_KDF_CTX, decltype(&EVP_KDF_CTX_free)> context(EVP_KDF_CTX_new(kdf.get()), EVP_KDF_CTX_free);
  const bool done = context && EVP_KDF_derive(context.get(), writable(out), out.size(), parameters) == 1;
  // A lack of memory is reported by the result. OpenSSL's own error must not stay for a later call to find.
  if (!done) ERR_clear_error();
  return done;
}

}  // namespace

FileKey new_file_key() { return FileKey(random_secret(file_key_size)); }
Scalar new_scalar() { return Scalar(random_secret(crypto_scalarmult_SCALARBYTES)); }

// HKDF of RFC 5869: extract, then expand. One block is enough, because age never derives more than 32 bytes at once.
DerivedKey derive(const SecretBytes& input, BytesView salt, std::string_view label) {
  SecretBytes pseudorandom(crypto_auth_hmacsha256_BYTES);
  hmac(salt, {input.reveal()}, pseudorandom.reveal_for_writing());
  SecretBytes derived(crypto_auth_hmacsha256_BYTES);
  constexpr std::array first_block = {std::byte{1}};
  hmac(pseudorandom.reveal(), {platform::view_of(label), first_block}, derived.reveal_for_writing());
  return DerivedKey(std::move(derived));
}

WrappedKey wrap(const FileKey& file_key, const DerivedKey& key) {
  WrappedKey wrapped{};
  // A nonce of zeros is safe here: each wrapping key is used once.
  seal_chunk(file_key.bytes().reveal(), Nonce{}, key, wrapped);
  return wrapped;
}

std::optional<FileKey> unwrap(const WrappedKey& wrapped, const DerivedKey& key) {
  SecretBytes file_key(file_key_size);
  if (!open_chunk(wrapped, Nonce{}, key, file_key.reveal_for_writing())) return std::nullopt;
  return FileKey(std::move(file_key));
}

Point public_half(const Scalar& scalar) {
  Point point{};
  // No scalar makes this fail, so a failure is a fault and not a result.
  if (crypto_scalarmult_base(writable(point), raw(scalar.bytes().reveal())) != 0) {
    throw std::runtime_error("libsodium cannot do X25519");
  }
  return point;
}

// libsodium refuses points of low order, with which the result would be zero for every scalar.
std::optional<SecretBytes> shared_secret(const Scalar& scalar, const Point& point) {
  SecretBytes shared(crypto_scalarmult_BYTES);
  const int failed = crypto_scalarmult(writable(shared.reveal_for_writing()), raw(scalar.bytes().reveal()), raw(point));
  if (failed != 0) return std::nullopt;
  return shared;
}

// As shared_secret(), but here the number is public and the point is secret.
std::optional<SecretBytes> multiply(const SecretBytes& point, const DerivedKey& number) {
  SecretBytes product(crypto_scalarmult_BYTES);
  const int failed =
      crypto_scalarmult(writable(product.reveal_for_writing()), raw(number.bytes().reveal()), raw(point.reveal()));
  if (failed != 0) return std::nullopt;
  return product;
}

std::optional<DerivedKey> scrypt(const Passphrase& passphrase, const Salt& salt, int work_factor) {
  platform::Bytes labelled(scrypt_label.size() + salt.size());
  std::ranges::copy(salt, std::ranges::copy(platform::view_of(scrypt_label), labelled.begin()).out);
  std::uint64_t cost = std::uint64_t{1} << work_factor;
  // r and p are fixed by the format.
  std::uint32_t block_size = 8;
  std::uint32_t lanes = 1;
  // OpenSSL refuses more than 32 MiB unless it is told a limit.
  std::uint64_t memory = 128 * (cost + 64) * block_size;  // and a little more than the table
  const std::array parameters = {octets(OSSL_KDF_PARAM_PASSWORD, passphrase.bytes().reveal()),
                                 octets(OSSL_KDF_PARAM_SALT, labelled),
                                 OSSL_PARAM_construct_uint64(OSSL_KDF_PARAM_SCRYPT_N, &cost),
                                 OSSL_PARAM_construct_uint32(OSSL_KDF_PARAM_SCRYPT_R, &block_size),
                                 OSSL_PARAM_construct_uint32(OSSL_KDF_PARAM_SCRYPT_P, &lanes),
                                 OSSL_PARAM_construct_uint64(OSSL_KDF_PARAM_SCRYPT_MAXMEM, &memory),
                                 OSSL_PARAM_construct_end()};
  SecretBytes derived(crypto_aead_chacha20poly1305_IETF_KEYBYTES);
  if (!run_kdf("SCRYPT", parameters.data(), derived.reveal_for_writing())) return std::nullopt;
  return DerivedKey(std::move(derived));
}

// libsodium refuses points that are not on the curve, and points of small order.
std::optional<Point> x25519_form(const Point& ed25519) {
  Point point{};
  if (crypto_sign_ed25519_pk_to_curve25519(writable(point), raw(ed25519)) != 0) return std::nullopt;
  return point;
}

// Ed25519 uses the first half of SHA-512 of its seed as the secret scalar. The same scalar works for X25519.
Scalar x25519_form(const SecretBytes& ed25519_seed) {
  SecretBytes hash(crypto_hash_sha512_BYTES);
  crypto_hash_sha512(writable(hash.reveal_for_writing()), raw(ed25519_seed.reveal()), ed25519_seed.size());
  SecretBytes scalar(crypto_scalarmult_SCALARBYTES);
  std::ranges::copy(hash.reveal().first(scalar.size()), scalar.reveal_for_writing().begin());
  return Scalar(std::move(scalar));
}

// Four bytes are the format's choice. They say for whom a stanza may be, and two keys may share them.
ShortHash short_hash(BytesView bytes) {
  std::array<std::byte, crypto_hash_sha256_BYTES> digest{};
  crypto_hash_sha256(writable(digest), raw(bytes), bytes.size());
  ShortHash first{};
  std::ranges::copy(std::span(digest).first(first.size()), first.begin());
  return first;
}

HeaderMac mac_of(BytesView message, const DerivedKey& key) {
  HeaderMac mac{};
  hmac(key.bytes().reveal(), {message}, mac);
  return mac;
}

void seal_chunk(BytesView plain, const Nonce& nonce, const DerivedKey& key, std::span<std::byte> out) {
  crypto_aead_chacha20poly1305_ietf_encrypt(writable(out), nullptr, raw(plain), plain.size(), nullptr, 0, nullptr,
                                            raw(nonce), raw(key.bytes().reveal()));
}

// libsodium checks the tag first and gives out no byte of a changed chunk.
bool open_chunk(BytesView sealed, const Nonce& nonce, const DerivedKey& key, std::span<std::byte> out) {
  return crypto_aead_chacha20poly1305_ietf_decrypt(writable(out), nullptr, nullptr, raw(sealed), sealed.size(), nullptr,
                                                   0, raw(nonce), raw(key.bytes().reveal())) == 0;
}

}  // namespace keystore::age
