// SPDX-License-Identifier: ISC
#include "keystore/key/weakness.h"

#include <algorithm>
#include <array>

#include <sodium.h>

namespace keystore {

namespace {

using Key = platform::BytesView;
constexpr std::size_t third = 8;  // a key is three DES keys

// SHA-256 of keys in public repositories and images. Anybody can have such a key, however random it looks.
constexpr std::array<std::string_view, 2> public_keys = {
    "6382ed4eee30fba23d7a4fc18aa20f017d2991d009e65648d459277b2cd5b341",
    "ca8c636f72dbf6dd70f4e041f51692e7d297319a73c780966076805bbb2320b6",
};

// The lowest bit of each byte is parity, which DES ignores: keys that differ only there encrypt alike.
bool same_des_key(Key left, Key right) {
  constexpr std::byte effective{0xfe};
  return std::ranges::equal(left, right, [](std::byte a, std::byte b) { return (a & effective) == (b & effective); });
}

// Triple-DES encrypts, decrypts and encrypts with its three keys. Two equal neighbours cancel each other, which leaves
// single DES. If the first and the last are equal, two-key Triple-DES is left.
bool two_thirds_equal(Key key) {
  const Key first = key.first(third);
  const Key second = key.subspan(third, third);
  const Key last = key.last(third);
  return same_des_key(first, second) || same_des_key(second, last) || same_des_key(first, last);
}

// Not isprint(), whose answer depends on the locale.
bool printable(std::byte byte) { return byte >= std::byte{0x20} && byte <= std::byte{0x7e}; }

bool line_end(std::byte byte) { return byte == std::byte{'\n'} || byte == std::byte{'\r'}; }

bool publicly_known(Key key) {
  std::array<std::byte, crypto_hash_sha256_BYTES> digest{};
  crypto_hash_sha256(reinterpret_cast<unsigned char*>(digest.data()),
                     reinterpret_cast<const unsigned char*>(key.data()), key.size());
  return std::ranges::find(public_keys, platform::hex_encode(digest)) != public_keys.end();
}

}  // namespace

std::optional<Weakness> weakness_in(Key bytes) {
  if (std::ranges::all_of(bytes, [&](std::byte byte) { return byte == bytes.front(); }))
    return Weakness::all_bytes_equal;
  if (two_thirds_equal(bytes)) return Weakness::two_thirds_equal;
  // Before the checks for text: if a key has both weaknesses, this one is worse.
  if (publicly_known(bytes)) return Weakness::publicly_known;
  if (std::ranges::all_of(bytes, printable)) return Weakness::printable;
  if (std::ranges::all_of(bytes, [](std::byte byte) { return printable(byte) || line_end(byte); })) {
    return Weakness::text_with_line_end;
  }
  return std::nullopt;
}

std::string_view describe(Weakness weakness) {
  switch (weakness) {
    case Weakness::all_bytes_equal: return "its 24 bytes are all the same";
    case Weakness::two_thirds_equal:
      return "two of its three 8-byte thirds are the same, which makes it a single DES key";
    case Weakness::printable: return "its 24 bytes are printable text";
    case Weakness::text_with_line_end: return "its 24 bytes are text with a line ending";
    case Weakness::publicly_known: return "it is published on the Internet";
  }
  __builtin_unreachable();
}

}  // namespace keystore
