// SPDX-License-Identifier: ISC
// Armor comes through mail and clipboards. Apart from line ends and white space around it there is one way to write it,
// so decoding and encoding give the same text.
#include <string>

#include "keystore/age/armor.h"
#include "tests/fuzz/fuzz.h"

namespace {

// The one form: no white space around it, and lines that end with LF.
std::string plain(std::string_view text) {
  constexpr std::string_view white_space = " \t\r\n";
  const std::size_t first = text.find_first_not_of(white_space);
  text = text.substr(first, text.find_last_not_of(white_space) + 1 - first);
  std::string lines;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (!text.substr(at).starts_with("\r\n")) lines += text[at];
  }
  return lines + '\n';
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = tests::text_of(data, size);
  const auto file = keystore::age::decode_armor(platform::view_of(text));
  if (file) tests::require(keystore::age::encode_armor(*file) == plain(text));
  // Any bytes survive armor.
  const std::string armored = keystore::age::encode_armor(platform::view_of(text));
  const auto again = keystore::age::decode_armor(platform::view_of(armored));
  tests::require(again && platform::text_of(*again) == text);
  return 0;
}
