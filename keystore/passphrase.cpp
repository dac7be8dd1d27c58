// SPDX-License-Identifier: ISC
#include "keystore/passphrase.h"

#include <algorithm>
#include <string>

#include "platform/base/bytes.h"

namespace keystore {

platform::Result<Passphrase> Passphrase::create(platform::SecretBytes bytes) {
  if (bytes.empty()) return platform::fail(platform::ErrorKind::usage, "the passphrase is empty");
  if (bytes.size() <= longest) return Passphrase(std::move(bytes));
  return platform::fail(platform::ErrorKind::usage,
                        "the passphrase has more than " + std::to_string(longest) + " bytes");
}

platform::Result<Passphrase> Passphrase::create_from_line(const platform::SecretBytes& text) {
  // A file from Windows ends its line with CR LF. Without this the CR would belong to the passphrase, and nobody who
  // types the passphrase could open the backup.
  std::string_view line = platform::text_of(text.reveal());
  if (line.ends_with('\n')) line.remove_suffix(line.ends_with("\r\n") ? 2 : 1);
  // Using the first line and dropping the rest would hide that this is probably another file.
  if (line.find('\n') != std::string_view::npos)
    return platform::fail(platform::ErrorKind::usage, "the passphrase has more than one line");
  platform::SecretBytes bytes(line.size());
  std::ranges::copy(platform::view_of(line), bytes.reveal_for_writing().begin());
  return create(std::move(bytes));
}

}  // namespace keystore
