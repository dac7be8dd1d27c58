// SPDX-License-Identifier: ISC
#include "keystore/age/ssh.h"

#include <algorithm>

#include "keystore/age/base64.h"

namespace keystore::age {

namespace {

using platform::Bytes;
using platform::ErrorKind;
using platform::fail;
using platform::Result;
using platform::SecretBytes;

constexpr std::string_view label = "age-encryption.org/v1/ssh-ed25519";
constexpr std::size_t length_size = 4;
constexpr std::size_t key_size = std::tuple_size_v<Point>;

struct Sealed {
  std::string tag;
  Point share;
  WrappedKey wrapped;
};

Result<Sealed> read(const Stanza& stanza) {
  if (stanza.arguments.size() != 3) return bad_header("an ssh-ed25519 stanza has not three arguments");
  // The tag is kept as text, because canonical base64 can be compared as it is.
  if (!decode_base64_of<std::tuple_size_v<ShortHash>>(stanza.arguments[1]))
    return bad_header("an ssh-ed25519 stanza has no tag of 4 bytes");
  const auto share = decode_base64_of<key_size>(stanza.arguments[2]);
  if (!share) return bad_header("an ssh-ed25519 stanza has no share of 32 bytes");
  const WrappedKey wrapped = TRY(wrapped_key_of(stanza));
  return Sealed{.tag = stanza.arguments[1], .share = *share, .wrapped = wrapped};
}

void append(Bytes& out, platform::BytesView field) {
  for (std::size_t at = length_size; at-- > 0;) out.push_back(static_cast<std::byte>(field.size() >> (8 * at)));
  out.insert(out.end(), field.begin(), field.end());
}

// The public key as ssh transmits it (RFC 8709): its kind and the key, each behind its length.
Bytes transmitted_form(const Point& ed25519) {
  Bytes form;
  append(form, platform::view_of(ssh_kind));
  append(form, ed25519);
  return form;
}

std::string_view take_word(std::string_view& line) {
  // People paste lines with several blanks in them.
  constexpr std::string_view blank = " \t";
  line.remove_prefix(std::min(line.find_first_not_of(blank), line.size()));
  const std::string_view word = line.substr(0, line.find_first_of(blank));
  line.remove_prefix(word.size());
  return word;
}

std::optional<SshRecipient> read_transmitted(const Bytes& form) {
  Point ed25519{};
  // The key stands at the end. Everything before it is compared below.
  if (form.size() < key_size) return std::nullopt;
  std::ranges::copy(std::span(form).last(key_size), ed25519.begin());
  // Compared as a whole: other spellings of the same key would get another tag.
  if (form != transmitted_form(ed25519)) return std::nullopt;
  return SshRecipient::of(ed25519);
}

// Nothing when one of the points is of low order. The tweak binds the result to this ssh key, and the salt to this
// exchange, as the reference implementation of age computes it.
std::optional<DerivedKey> key_for(const Scalar& ours, const Point& theirs, const Point& share,
                                  const SshRecipient& recipient) {
  const auto shared = shared_secret(ours, theirs);
  const auto tweaked = shared ? multiply(*shared, recipient.tweak()) : std::nullopt;
  if (!tweaked) return std::nullopt;
  std::array<std::byte, 2 * key_size> salt{};
  std::ranges::copy(recipient.point(), std::ranges::copy(share, salt.begin()).out);
  return derive(*tweaked, salt, label);
}

}  // namespace

Result<SshRecipient> SshRecipient::parse(std::string_view line) {
  std::string_view rest = line;
  const std::string_view kind = take_word(rest);
  if (kind != ssh_kind) {
    return fail(ErrorKind::usage,
                "of ssh keys only ssh-ed25519 can be a recipient: make one with ssh-keygen -t ed25519");
  }
  // What follows the key is its comment, which is not kept.
  const auto form = decode_padded_base64(take_word(rest));
  const auto recipient = form ? read_transmitted(*form) : std::nullopt;
  if (!recipient) return fail(ErrorKind::usage, "an ssh-ed25519 recipient is mistyped or incomplete");
  return *recipient;
}

std::optional<SshRecipient> SshRecipient::of(const Point& ed25519) {
  // Converted once here, so that a key that cannot be converted never becomes a recipient.
  const auto point = x25519_form(ed25519);
  if (!point) return std::nullopt;
  return SshRecipient(ed25519, *point);
}

Bytes SshRecipient::transmitted() const { return transmitted_form(ed25519_); }

std::string SshRecipient::text() const { return std::string(ssh_kind) + ' ' + encode_padded_base64(transmitted()); }

std::string SshRecipient::tag() const { return encode_base64(short_hash(transmitted())); }

// The input is empty: the tweak has to be known to everyone who encrypts to this key.
DerivedKey SshRecipient::tweak() const { return derive(SecretBytes(), transmitted(), label); }

Result<Stanza> SshRecipient::wrap(const FileKey& file_key) const {
  // A new pair for each stanza. Its secret half is forgotten at once, so that only the recipient can open it.
  const Scalar ephemeral = new_scalar();
  const Point share = public_half(ephemeral);
  const auto key = key_for(ephemeral, point_, share, *this);
  if (!key) return fail(ErrorKind::usage, "'" + text() + "' is a weak recipient that everyone could read for");
  return Stanza{.arguments = {std::string(ssh_kind), tag(), encode_base64(share)},
                .body = body_of(age::wrap(file_key, *key))};
}

std::optional<SshIdentity> SshIdentity::create(const SecretBytes& seed, const SshRecipient& recipient) {
  Scalar scalar = x25519_form(seed);
  // Checked here: a file whose halves do not belong together would only fail later, as a wrong identity.
  if (public_half(scalar) != recipient.point()) return std::nullopt;
  return SshIdentity(std::move(scalar), recipient);
}

Result<std::optional<FileKey>> SshIdentity::unwrap(const Stanza& stanza) const {
  const Sealed sealed = TRY(read(stanza));
  // The tag saves the work for stanzas of other keys. It proves nothing, so the unwrapping decides.
  if (sealed.tag != recipient_.tag()) return std::optional<FileKey>();
  const auto key = key_for(scalar_, sealed.share, sealed.share, recipient_);
  if (!key) return bad_header("an ssh-ed25519 stanza has a share of low order");
  return age::unwrap(sealed.wrapped, *key);
}

Result<void> check_ssh(const Stanza& stanza) {
  TRY(read(stanza));
  return {};
}

}  // namespace keystore::age
