// SPDX-License-Identifier: ISC
#include "keystore/key/key_text.h"

#include <algorithm>
#include <array>
#include <string>

#include <sodium.h>

#include "platform/base/bytes.h"
#include "platform/base/text_encoding.h"

namespace keystore {

namespace {

using platform::ErrorKind;
using platform::fail;
using platform::Result;
using platform::SecretBytes;
using Text = std::span<const std::byte>;

// People copy keys from tools of both alphabets. A text that several variants accept means the same bytes in each.
constexpr std::array base64_variants = {sodium_base64_VARIANT_ORIGINAL, sodium_base64_VARIANT_ORIGINAL_NO_PADDING,
                                        sodium_base64_VARIANT_URLSAFE, sodium_base64_VARIANT_URLSAFE_NO_PADDING};

// What editors, terminals and copying add. Not isspace(), whose answer depends on the locale.
bool is_space(std::byte byte) {
  return byte == std::byte{' '} || byte == std::byte{'\t'} || byte == std::byte{'\r'} || byte == std::byte{'\n'};
}

Text without_outer_space(Text text) {
  while (!text.empty() && is_space(text.front())) text = text.subspan(1);
  while (!text.empty() && is_space(text.back())) text = text.first(text.size() - 1);
  return text;
}

const char* characters(Text text) { return reinterpret_cast<const char*>(text.data()); }

// A decoder needs room for the longest result, and GenKey demands the exact size; SecretBytes cannot shrink.
SecretBytes shortened(const SecretBytes& room, std::size_t size) {
  SecretBytes exact(size);
  std::ranges::copy(room.reveal().first(size), exact.reveal_for_writing().begin());
  return exact;
}

unsigned char* raw(SecretBytes& bytes) { return reinterpret_cast<unsigned char*>(bytes.reveal_for_writing().data()); }

// Empty when the text is not hex.
SecretBytes from_hex(Text text) {
  SecretBytes room(text.size() / 2 + 1);
  std::size_t size = 0;
  const int failed = sodium_hex2bin(raw(room), room.size(), characters(text), text.size(), nullptr, &size, nullptr);
  return failed != 0 || size * 2 != text.size() ? SecretBytes() : shortened(room, size);
}

// Empty when the text is not base64 of any kind.
SecretBytes from_base64(Text text) {
  // libsodium 1.0.18 takes any byte beyond ASCII for the last letter of the alphabet: damaged text would become another
  // key without a word.
  if (!platform::is_ascii(text)) return {};
  SecretBytes room(text.size() + 1);
  for (const int variant : base64_variants) {
    std::size_t size = 0;
    const int failed =
        sodium_base642bin(raw(room), room.size(), characters(text), text.size(), nullptr, &size, nullptr, variant);
    if (failed == 0) return shortened(room, size);
  }
  return {};
}

// What a raw input of the wrong size seems to be. Only sizes are told: a rejected key may still be somebody's key.
std::string guess(Text input) {
  // An editor that saves a binary key adds a line end. The key is refused all the same, because such an editor may have
  // changed other bytes too.
  const auto plain = platform::utf8_text(platform::text_of(input), "it", ErrorKind::invalid_key);
  if (!plain) return "; " + plain.error().message + ", and import it with --format hex or base64";
  const Text text = without_outer_space(platform::view_of(*plain));
  if (text.size() == GenKey::size && text.size() != input.size()) {
    return "; without the white space at its ends it would be 24: it was edited or pasted as text";
  }
  if (from_hex(text).size() == GenKey::size) return "; it is the hex text of a key: import it with --format hex";
  const std::size_t decoded = from_base64(text).size();
  if (decoded == GenKey::size) return "; it is the base64 text of a key: import it with --format base64";
  if (decoded == 32) return "; it is base64 text of 32 bytes, and no --format makes a 24-byte key of that";
  return "";
}

tl::unexpected<platform::Error> not_text(const char* name, Text text) {
  return fail(ErrorKind::invalid_key, "the input is not " + std::string(name) + " (" + std::to_string(text.size()) +
                                          " characters were given; a key has " +
                                          (name == std::string_view("hex") ? "48" : "32") + ")");
}

// Nothing is trimmed: the last byte of a random key may be 0x0a or 0x20.
Result<GenKey> decode_raw(const SecretBytes& input) {
  if (input.size() == GenKey::size) return GenKey::create(input.duplicate());
  return fail(ErrorKind::invalid_key,
              "a key is exactly 24 bytes; the input has " + std::to_string(input.size()) + guess(input.reveal()));
}

Result<GenKey> decode_text(SecretBytes decoded, const char* name, Text text) {
  if (decoded.empty()) return not_text(name, text);
  if (decoded.size() == GenKey::size) return GenKey::create(std::move(decoded));
  return fail(ErrorKind::invalid_key, "a key is exactly 24 bytes; this " + std::string(name) + " text stands for " +
                                          std::to_string(decoded.size()));
}

}  // namespace

Result<GenKey> decode_key(const SecretBytes& input, KeyFormat format) {
  // A raw key is never trimmed, and may begin like a mark.
  if (format == KeyFormat::raw) return decode_raw(input);
  const auto plain = TRY(platform::utf8_text(platform::text_of(input.reveal()), "the input", ErrorKind::invalid_key));
  const Text text = without_outer_space(platform::view_of(plain));
  switch (format) {
    case KeyFormat::raw: break;
    case KeyFormat::hex: return decode_text(from_hex(text), "hex", text);
    case KeyFormat::base64: return decode_text(from_base64(text), "base64", text);
  }
  __builtin_unreachable();
}

}  // namespace keystore
