// SPDX-License-Identifier: ISC
// What the tests of age files share.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "keystore/age/file.h"

namespace tests {

inline platform::SecretBytes secret(std::string_view text) {
  platform::SecretBytes bytes(text.size());
  std::ranges::copy(platform::view_of(text), bytes.reveal_for_writing().begin());
  return bytes;
}

inline std::string revealed(const platform::SecretBytes& bytes) {
  return std::string(platform::text_of(bytes.reveal()));
}

inline keystore::Passphrase passphrase(std::string_view text) {
  return std::move(*keystore::Passphrase::create(secret(text)));
}

/// A list of the one identity.
template <class Kind>
std::vector<keystore::age::Identity> only(Kind identity) {
  std::vector<keystore::age::Identity> identities;
  identities.emplace_back(std::move(identity));
  return identities;
}

/// An OpenSSH private key, field by field, so that a test can spoil each of them.
struct SshKeyFile {
  SshKeyFile();

  std::string cipher = "none";
  std::string kind = "ssh-ed25519";
  std::string public_key;  // 32 bytes
  std::string seed;        // 32 bytes
  std::string padding = "\1\2\3\4\5";
  std::string check_again = "abcd";

  [[nodiscard]] std::string text() const;
  [[nodiscard]] std::string recipient() const;
};

}  // namespace tests
