// What a person types to encrypt a backup, or to use an encrypted private key.
#pragma once

#include "keystore/secret.h"
#include "platform/base/result.h"

namespace keystore {

class Passphrase {
 public:
  /// Longest one worth reading.
  static constexpr std::size_t longest = 1024;

  /// usage when it is empty or too long: nothing is ever encrypted under the empty string. Taken as it is: whoever
  /// reads a line drops its end.
  static platform::Result<Passphrase> create(platform::SecretBytes bytes);
  /// From text that is one line, without its end, if it has one. usage, too, when there are more lines.
  static platform::Result<Passphrase> create_from_line(const platform::SecretBytes& text);

  [[nodiscard]] const platform::SecretBytes& bytes() const { return bytes_; }

 private:
  explicit Passphrase(platform::SecretBytes bytes) : bytes_(std::move(bytes)) {}
  platform::SecretBytes bytes_;
};

static_assert(!std::is_copy_constructible_v<Passphrase> && !std::is_default_constructible_v<Passphrase>);

}  // namespace keystore
