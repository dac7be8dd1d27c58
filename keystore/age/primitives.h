// SPDX-License-Identifier: ISC
// The cryptography of age. All of it is libsodium's, except for scrypt: OpenSSL's takes three quarters of the time.
// HKDF is made of two HMACs, because distributions' libsodium has no HKDF, and OpenSSL's does not take the empty input
// that ssh keys need.
//
//   derived key = HKDF-SHA-256(input, salt, label), 32 bytes
//   wrapped key = ChaCha20-Poly1305(key, nonce = 12 zero bytes, file key), 32 bytes
#pragma once

#include <array>
#include <optional>

#include "keystore/passphrase.h"
#include "keystore/secret.h"
#include "platform/base/bytes.h"

namespace keystore::age {

inline constexpr std::size_t file_key_size = 16;
inline constexpr std::size_t tag_size = 16;  // of Poly1305

/// What each stanza of a header wraps. New for each file.
using FileKey = Secret<struct FileKeyTag>;
/// 32 bytes that encrypt a file key or a payload.
using DerivedKey = Secret<struct DerivedKeyTag>;
/// 32 bytes: the secret half of an X25519 pair. It is clamped when it is used.
using Scalar = Secret<struct ScalarTag>;

using Point = std::array<std::byte, 32>;  // the public half
using WrappedKey = std::array<std::byte, file_key_size + tag_size>;
using Salt = std::array<std::byte, 16>;
using Nonce = std::array<std::byte, 12>;
using ShortHash = std::array<std::byte, 4>;
using HeaderMac = std::array<std::byte, 32>;

FileKey new_file_key();
Scalar new_scalar();

DerivedKey derive(const platform::SecretBytes& input, platform::BytesView salt, std::string_view label);

WrappedKey wrap(const FileKey& file_key, const DerivedKey& key);
/// Nothing unless it was wrapped with this key.
std::optional<FileKey> unwrap(const WrappedKey& wrapped, const DerivedKey& key);

Point public_half(const Scalar& scalar);
/// Nothing for a point of low order, with which the secret would be the same for everyone.
std::optional<platform::SecretBytes> shared_secret(const Scalar& scalar, const Point& point);
/// Multiplies by a public number. Nothing for a point of low order.
std::optional<platform::SecretBytes> multiply(const platform::SecretBytes& point, const DerivedKey& number);

/// Nothing when there is not enough memory; it takes 1024 * 2^work_factor bytes.
std::optional<DerivedKey> scrypt(const Passphrase& passphrase, const Salt& salt, int work_factor);

/// The X25519 form of an Ed25519 key. Nothing if the point is not one.
std::optional<Point> x25519_form(const Point& ed25519);
Scalar x25519_form(const platform::SecretBytes& ed25519_seed);

/// The first four bytes of SHA-256. A stanza names its recipient by them; they prove nothing.
ShortHash short_hash(platform::BytesView bytes);
/// HMAC-SHA-256.
HeaderMac mac_of(platform::BytesView message, const DerivedKey& key);

/// ChaCha20-Poly1305; `out` has tag_size bytes more than `plain`.
void seal_chunk(platform::BytesView plain, const Nonce& nonce, const DerivedKey& key, std::span<std::byte> out);
/// `out` has tag_size bytes less than `sealed`. False when the key or nonce is another, or a byte was changed.
bool open_chunk(platform::BytesView sealed, const Nonce& nonce, const DerivedKey& key, std::span<std::byte> out);

}  // namespace keystore::age
