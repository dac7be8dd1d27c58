// SPDX-License-Identifier: ISC
#include "keystore/age/piv.h"

#include <algorithm>
#include <memory>

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include "keystore/age/base64.h"
#include "keystore/age/bech32.h"

namespace keystore::age {

namespace {

using platform::ErrorKind;
using platform::fail;
using platform::Result;
using platform::SecretBytes;
using Point33 = PivRecipient::CompressedPoint;
using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, decltype(&EVP_PKEY_CTX_free)>;

constexpr std::string_view recipient_prefix = "age1yubikey";
constexpr std::size_t shared_size = 32;
constexpr std::size_t uncompressed_size = 65;

// Null when the point is not on the curve. OpenSSL checks this when it loads a key.
Key load(const Point33& point) {
  std::string group = "prime256v1";
  const std::array parameters = {
      OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group.data(), 0),
      // OpenSSL takes a pointer to non-const but does not write.
      OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, const_cast<std::byte*>(point.data()), point.size()),
      OSSL_PARAM_construct_end()};
  const KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr), EVP_PKEY_CTX_free);
  EVP_PKEY* key = nullptr;
  const bool loaded =
      context && EVP_PKEY_fromdata_init(context.get()) == 1 &&
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, const_cast<OSSL_PARAM*>(parameters.data())) == 1;
  // A mistyped recipient is an ordinary case. Its error must not stay for a later call to find.
  if (!loaded) ERR_clear_error();
  return {key, EVP_PKEY_free};
}

// OpenSSL gives the point of a key uncompressed: the byte 4, then x, then y. The compressed form is 2 for an even y or
// 3 for an odd y, then x.
std::optional<Point33> compressed(EVP_PKEY& key) {
  unsigned char* encoded = nullptr;
  const std::size_t size = EVP_PKEY_get1_encoded_public_key(&key, &encoded);
  const std::unique_ptr<unsigned char, void (*)(unsigned char*)> owner(encoded,
                                                                       [](auto* bytes) { OPENSSL_free(bytes); });
  if (size != uncompressed_size) return std::nullopt;
  const auto whole = std::as_bytes(std::span(encoded, size));
  Point33 point{};
  point.front() = (whole.back() & std::byte{1}) | std::byte{2};
  std::ranges::copy(whole.subspan(1, point.size() - 1), point.begin() + 1);
  return point;
}

std::optional<SecretBytes> agree(EVP_PKEY& ours, EVP_PKEY& theirs) {
  const KeyContext context(EVP_PKEY_CTX_new_from_pkey(nullptr, &ours, nullptr), EVP_PKEY_CTX_free);
  // OpenSSL writes into locked memory, so the secret is never in ordinary memory of ours.
  SecretBytes shared(shared_size);
  std::size_t size = shared.size();
  const bool agreed =
      context && EVP_PKEY_derive_init(context.get()) == 1 && EVP_PKEY_derive_set_peer(context.get(), &theirs) == 1 &&
      EVP_PKEY_derive(context.get(), reinterpret_cast<unsigned char*>(shared.reveal_for_writing().data()), &size) == 1;
  if (!agreed || size != shared.size()) return std::nullopt;
  return shared;
}

Stanza stanza_of(const Point33& share, const PivRecipient& recipient, const SecretBytes& shared,
                 const FileKey& file_key) {
  // The share comes first, as age-plugin-yubikey computes it. With both points in the salt, the key belongs to this
  // exchange only.
  std::array<std::byte, 2 * std::tuple_size_v<Point33>> salt{};
  std::ranges::copy(recipient.point, std::ranges::copy(share, salt.begin()).out);
  // The tag lets the plugin find the key that the stanza is for.
  const std::string tag = encode_base64(short_hash(recipient.point));
  return {.arguments = {std::string(piv_kind), tag, encode_base64(share)},
          .body = body_of(wrap(file_key, derive(shared, salt, piv_kind)))};
}

}  // namespace

Result<PivRecipient> PivRecipient::parse(std::string_view text) {
  PivRecipient recipient;
  // The point is checked here, so that a mistyped recipient is found in the configuration and not at the first backup.
  if (bech32::decode(text, recipient_prefix, bech32::Case::lower, recipient.point) && load(recipient.point)) {
    return recipient;
  }
  return fail(ErrorKind::usage, "this is not a YubiKey's recipient: it is mistyped or incomplete");
}

std::string PivRecipient::text() const {
  std::string text(bech32::encoded_size(recipient_prefix, point.size()), '\0');
  bech32::encode(point, recipient_prefix, bech32::Case::lower, text);
  return text;
}

Result<Stanza> PivRecipient::wrap(const FileKey& file_key) const {
  const Key theirs = load(point);
  // A new key for each stanza. Its secret half is forgotten at once, so this host cannot open the file.
  const Key ephemeral(EVP_EC_gen("P-256"), EVP_PKEY_free);
  const auto share = ephemeral ? compressed(*ephemeral) : std::nullopt;
  const auto shared = theirs && share ? agree(*ephemeral, *theirs) : std::nullopt;
  if (!shared) return fail(ErrorKind::internal, "OpenSSL cannot agree on a secret with '" + text() + "'");
  return stanza_of(*share, *this, *shared, file_key);
}

// Only the form is checked. The YubiKey alone uses the share as a point.
Result<void> check_piv(const Stanza& stanza) {
  if (stanza.arguments.size() != 3 || !decode_base64_of<std::tuple_size_v<ShortHash>>(stanza.arguments[1]) ||
      !decode_base64_of<std::tuple_size_v<Point33>>(stanza.arguments[2])) {
    return bad_header("a piv-p256 stanza has not the tag and the share that it should");
  }
  TRY(wrapped_key_of(stanza));
  return {};
}

}  // namespace keystore::age
