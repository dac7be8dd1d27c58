// SPDX-License-Identifier: ISC
#include "keystore/age/x25519.h"

#include <algorithm>

#include "keystore/age/base64.h"
#include "keystore/age/bech32.h"

namespace keystore::age {

namespace {

using platform::ErrorKind;
using platform::fail;
using platform::Result;
using platform::SecretBytes;

constexpr std::string_view label = "age-encryption.org/v1/X25519";
constexpr std::string_view recipient_prefix = "age";
constexpr std::string_view identity_prefix = "age-secret-key-";
constexpr std::size_t scalar_size = 32;

// A stanza is read into this before any cryptography, so that fields of a wrong length are refused first.
struct Sealed {
  Point share;
  WrappedKey wrapped;
};

Result<Sealed> read(const Stanza& stanza) {
  if (stanza.arguments.size() != 2) return bad_header("an X25519 stanza has not two arguments");
  const auto share = decode_base64_of<std::tuple_size_v<Point>>(stanza.arguments[1]);
  if (!share) return bad_header("an X25519 stanza has no share of 32 bytes");
  const WrappedKey wrapped = TRY(wrapped_key_of(stanza));
  return Sealed{.share = *share, .wrapped = wrapped};
}

// The share and the recipient are in the salt, so that a wrapped key belongs to this exchange only.
DerivedKey key_for(const SecretBytes& shared, const Point& share, const Point& recipient) {
  std::array<std::byte, 2 * std::tuple_size_v<Point>> salt{};
  std::ranges::copy(recipient, std::ranges::copy(share, salt.begin()).out);
  return derive(shared, salt, label);
}

}  // namespace

// A recipient is public, so the message may repeat it. An identity is caught before, in parse_recipient().
Result<X25519Recipient> X25519Recipient::parse(std::string_view text) {
  X25519Recipient recipient;
  if (bech32::decode(text, recipient_prefix, bech32::Case::lower, recipient.point)) return recipient;
  return fail(ErrorKind::usage, "this is not an age recipient: it is mistyped or incomplete");
}

std::string X25519Recipient::text() const {
  std::string text(bech32::encoded_size(recipient_prefix, point.size()), '\0');
  bech32::encode(point, recipient_prefix, bech32::Case::lower, text);
  return text;
}

Result<Stanza> X25519Recipient::wrap(const FileKey& file_key) const {
  // A new pair for each stanza. Its secret half is forgotten at once, so this host cannot open the file.
  const Scalar ephemeral = new_scalar();
  const Point share = public_half(ephemeral);
  const auto shared = shared_secret(ephemeral, point);
  // A point of low order would give a secret that anybody can compute.
  if (!shared) return fail(ErrorKind::usage, "'" + text() + "' is a weak recipient that everyone could read for");
  const WrappedKey wrapped = age::wrap(file_key, key_for(*shared, share, point));
  return Stanza{.arguments = {std::string(x25519_kind), encode_base64(share)}, .body = body_of(wrapped)};
}

X25519Identity X25519Identity::generate() { return X25519Identity(new_scalar()); }

std::optional<X25519Identity> X25519Identity::parse(std::span<const std::byte> text) {
  // Decoded straight into locked memory. There is no message here, because a mistyped identity is still a secret.
  SecretBytes scalar(scalar_size);
  const bool decoded =
      bech32::decode(platform::text_of(text), identity_prefix, bech32::Case::upper, scalar.reveal_for_writing());
  if (!decoded) return std::nullopt;
  return X25519Identity(Scalar(std::move(scalar)));
}

SecretBytes X25519Identity::text() const {
  SecretBytes text(bech32::encoded_size(identity_prefix, scalar_size));
  // bech32 writes into the caller's memory, so the identity is never in ordinary memory.
  const std::span<std::byte> out = text.reveal_for_writing();
  bech32::encode(scalar_.bytes().reveal(), identity_prefix, bech32::Case::upper,
                 {reinterpret_cast<char*>(out.data()), out.size()});
  return text;
}

Result<std::optional<FileKey>> X25519Identity::unwrap(const Stanza& stanza) const {
  const Sealed sealed = TRY(read(stanza));
  const auto shared = shared_secret(scalar_, sealed.share);
  // With such a share everybody would know the secret. The file was forged or damaged.
  if (!shared) return bad_header("an X25519 stanza has a share of low order");
  // An X25519 stanza does not name its recipient, so only unwrapping shows whether the identity fits.
  return age::unwrap(sealed.wrapped, key_for(*shared, sealed.share, recipient().point));
}

Result<void> check_x25519(const Stanza& stanza) {
  TRY(read(stanza));
  return {};
}

}  // namespace keystore::age
