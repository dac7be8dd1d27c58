// SPDX-License-Identifier: ISC
#include "keystore/passphrase.h"

#include <algorithm>
#include <string>

#include "platform/base/bytes.h"
#include "platform/base/text_encoding.h"

namespace keystore {

platform::Result<Passphrase> Passphrase::create(platform::SecretBytes bytes) {
  if (bytes.empty()) return platform::fail(platform::ErrorKind::usage, "the passphrase is empty");
  if (bytes.size() <= longest) return Passphrase(std::move(bytes));
  return platform::fail(platform::ErrorKind::usage,
                        "the passphrase has more than " + std::to_string(longest) + " bytes");
}

namespace {

// A file from Windows ends its line with CR LF. Without this the CR would belong to the passphrase, and nobody who
// types the passphrase could open the backup.
platform::Result<Passphrase> only_line(std::string_view text) {
  if (text.ends_with('\n')) text.remove_suffix(text.ends_with("\r\n") ? 2 : 1);
  // Using the first line and dropping the rest would hide that this is probably another file.
  if (text.find('\n') != std::string_view::npos)
    return platform::fail(platform::ErrorKind::usage, "the passphrase has more than one line");
  platform::SecretBytes bytes(text.size());
  std::ranges::copy(platform::view_of(text), bytes.reveal_for_writing().begin());
  return Passphrase::create(std::move(bytes));
}

}  // namespace

platform::Result<Passphrase> Passphrase::create_from_line(const platform::SecretBytes& text) {
  const std::string_view saved = platform::text_of(text.reveal());
  if (platform::has_mark(saved))
    return platform::fail(platform::ErrorKind::usage,
                          "the passphrase begins with a byte order mark, which nobody can type; save it as UTF-8 "
                          "without BOM");
  return only_line(TRY(platform::utf8_text(saved, "the passphrase", platform::ErrorKind::usage)));
}

platform::Result<std::vector<Passphrase>> Passphrase::all_in_line(const platform::SecretBytes& text) {
  const std::string_view saved = platform::text_of(text.reveal());
  const auto plain = TRY(platform::utf8_text(saved, "the passphrase", platform::ErrorKind::usage));
  std::vector<Passphrase> found;
  found.push_back(TRY(only_line(plain)));
  if (platform::has_mark(saved)) found.push_back(TRY(only_line(saved)));
  return found;
}

}  // namespace keystore
