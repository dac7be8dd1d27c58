// SPDX-License-Identifier: ISC
#include "tests/keystore/age/samples.h"

#include <array>

#include <sodium.h>

#include "keystore/age/base64.h"
#include "tests/support/libsodium.h"

namespace tests {

namespace {

std::string number(std::size_t value) {
  std::string text;
  for (int shift = 24; shift >= 0; shift -= 8) text += static_cast<char>(value >> shift);
  return text;
}

std::string field(const std::string& text) { return number(text.size()) + text; }

}  // namespace

SshKeyFile::SshKeyFile() : public_key(32, '\0'), seed("a seed of thirty-two known bytes") {
  std::array<unsigned char, 64> both{};
  crypto_sign_seed_keypair(reinterpret_cast<unsigned char*>(public_key.data()), both.data(),
                           reinterpret_cast<const unsigned char*>(seed.data()));
}

std::string SshKeyFile::text() const {
  const std::string transmitted = field(kind) + field(public_key);
  const std::string secret_part =
      "abcd" + check_again + transmitted + field(seed + public_key) + field("me@here") + padding;
  const std::string whole = std::string("openssh-key-v1") + '\0' + field(cipher) + field("none") + field("") +
                            number(1) + field(transmitted) + field(secret_part);
  const std::string encoded = keystore::age::encode_padded_base64(platform::view_of(whole));
  std::string text = "-----BEGIN OPENSSH PRIVATE KEY-----\n";
  for (std::size_t at = 0; at < encoded.size(); at += 70) text += encoded.substr(at, 70) + '\n';
  return text + "-----END OPENSSH PRIVATE KEY-----\n";
}

std::string SshKeyFile::recipient() const {
  const std::string transmitted = field(kind) + field(public_key);
  return "ssh-ed25519 " + keystore::age::encode_padded_base64(platform::view_of(transmitted)) + " me@here";
}

}  // namespace tests
