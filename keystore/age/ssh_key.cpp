// SPDX-License-Identifier: ISC
#include "keystore/age/ssh_key.h"

#include <algorithm>

#include <sodium.h>

#include "keystore/age/base64.h"

namespace keystore::age {

namespace {

using platform::BytesView;
using platform::Result;
using platform::SecretBytes;

constexpr std::string_view begin_line = "-----BEGIN OPENSSH PRIVATE KEY-----";
constexpr std::string_view end_line = "-----END OPENSSH PRIVATE KEY-----";
constexpr std::string_view magic = "openssh-key-v1";
constexpr std::size_t block_size = 8;  // of the cipher "none"
constexpr std::size_t seed_size = 32;

tl::unexpected<platform::Error> refuse(std::string_view why) {
  return platform::fail(platform::ErrorKind::usage, "this ssh private key cannot be used: " + std::string(why));
}

tl::unexpected<platform::Error> damaged() { return refuse("it is damaged or incomplete"); }

// Takes fields off the front. If a field is missing, this and all later fields are empty, and is_whole() is false. So
// callers check once, at the end.
class Fields {
 public:
  explicit Fields(BytesView bytes) : rest_(bytes) {}

  BytesView raw(std::size_t size) {
    if (size > rest_.size()) whole_ = false;
    const std::size_t taken = whole_ ? size : 0;
    const BytesView field = rest_.first(taken);
    rest_ = rest_.subspan(taken);
    return field;
  }

  std::uint32_t number() {
    std::uint32_t number = 0;
    for (const std::byte byte : raw(sizeof number)) number = number << 8 | std::to_integer<std::uint32_t>(byte);
    return number;
  }

  BytesView field() { return raw(number()); }
  std::string_view text() { return platform::text_of(field()); }

  [[nodiscard]] BytesView rest() const { return rest_; }
  [[nodiscard]] bool is_whole() const { return whole_; }

 private:
  BytesView rest_;
  bool whole_ = true;
};

// Decodes the base64 between the two lines straight into locked memory. Empty when the file has another form.
SecretBytes decode(BytesView file) {
  const std::string_view text = platform::text_of(file);
  const std::size_t end = text.find(end_line);
  // libsodium 1.0.18 takes bytes beyond ASCII for base64.
  if (!platform::is_ascii(file) || !text.starts_with(begin_line) || end == std::string_view::npos) return {};
  const std::string_view encoded = text.substr(begin_line.size(), end - begin_line.size());
  SecretBytes room(encoded.size() / 4 * 3 + 3);
  std::size_t size = 0;
  const int failed =
      sodium_base642bin(reinterpret_cast<unsigned char*>(room.reveal_for_writing().data()), room.size(), encoded.data(),
                        encoded.size(), "\r\n", &size, nullptr, sodium_base64_VARIANT_ORIGINAL);
  if (failed != 0) return {};
  // The fields are counted to the last byte, so spare room behind them would count as damage.
  SecretBytes exact(size);
  std::ranges::copy(room.reveal().first(size), exact.reveal_for_writing().begin());
  return exact;
}

// The padding is 1, 2, 3 ... up to the block size of the cipher.
bool is_padding(BytesView rest) {
  for (std::size_t at = 0; at < rest.size(); ++at) {
    if (rest[at] != static_cast<std::byte>(at + 1)) return false;
  }
  return rest.size() < block_size;
}

Point point_of(BytesView field) {
  Point point{};
  std::ranges::copy(field.first(std::min(field.size(), point.size())), point.begin());
  return point;
}

Result<SshIdentity> identity_of(BytesView seed_and_public, BytesView public_key) {
  const auto recipient = SshRecipient::of(point_of(public_key));
  SecretBytes seed(seed_size);
  std::ranges::copy(seed_and_public.first(seed_size), seed.reveal_for_writing().begin());
  // The public half is stored beside the secret one. create() checks that they belong together.
  auto identity = recipient ? SshIdentity::create(seed, *recipient) : std::nullopt;
  if (!identity) return damaged();
  return std::move(*identity);
}

Result<SshIdentity> read_secret_part(BytesView part) {
  Fields fields(part);
  const std::uint32_t check = fields.number();
  // ssh writes a random number twice, to see whether a passphrase decrypted the part. Here it shows damage.
  if (check != fields.number()) return damaged();
  const std::string_view kind = fields.text();
  if (fields.is_whole() && kind != ssh_kind) return refuse("of ssh keys only ssh-ed25519 can open a backup");
  const BytesView public_key = fields.field();
  const BytesView seed_and_public = fields.field();
  fields.field();  // a comment
  if (!fields.is_whole() || public_key.size() != seed_size || seed_and_public.size() != 2 * seed_size ||
      !is_padding(fields.rest())) {
    return damaged();
  }
  return identity_of(seed_and_public, public_key);
}

}  // namespace

Result<SshIdentity> read_ssh_key(const SecretBytes& file) {
  const SecretBytes decoded = decode(file.reveal());
  Fields fields(decoded.reveal());
  if (platform::text_of(fields.raw(magic.size())) != magic || fields.raw(1).size() != 1) return damaged();
  const std::string_view cipher = fields.text();
  fields.field();  // key derivation
  fields.field();  // its options
  if (fields.is_whole() && cipher != "none") {
    return refuse(
        "it is encrypted; take its passphrase off a copy of it with 'ssh-keygen -p -N \"\" -f COPY', use the "
        "copy, and destroy it");
  }
  if (fields.number() != 1) return damaged();
  fields.field();  // the public key; the secret part has it again
  const BytesView secret_part = fields.field();
  if (!fields.is_whole() || !fields.rest().empty()) return damaged();
  return read_secret_part(secret_part);
}

}  // namespace keystore::age
