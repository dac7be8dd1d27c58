// SPDX-License-Identifier: ISC
// What a person types to encrypt a backup, or to use an encrypted private key.
//
// Says nothing about how good a passphrase is. Its bytes are used as given and never
// normalised, because age and openssl must open the same backup with the same passphrase.
#pragma once

#include <vector>

#include "keystore/secret.h"
#include "platform/base/result.h"

namespace keystore {

class Passphrase {
 public:
  static constexpr std::size_t longest = 1024;  // bytes

  /// Fails with usage when it is empty or too long: an empty variable or file must not encrypt a backup under the empty
  /// passphrase. The bytes are taken as they are; whoever reads a line drops its end.
  static platform::Result<Passphrase> create(platform::SecretBytes bytes);
  /// For a new copy, from text of one line; a line end is dropped if there is one. Fails with usage also when there are
  /// more lines, and when an editor's mark stands before the text: nobody could type that passphrase.
  static platform::Result<Passphrase> create_from_line(const platform::SecretBytes& text);
  /// What such a line may open. After a mark it is the text alone, and then the text with the mark: versions up to 0.1
  /// made copies with it.
  static platform::Result<std::vector<Passphrase>> all_in_line(const platform::SecretBytes& text);

  [[nodiscard]] const platform::SecretBytes& bytes() const { return bytes_; }

 private:
  explicit Passphrase(platform::SecretBytes bytes) : bytes_(std::move(bytes)) {}
  platform::SecretBytes bytes_;
};

static_assert(!std::is_copy_constructible_v<Passphrase> && !std::is_default_constructible_v<Passphrase>);

}  // namespace keystore
