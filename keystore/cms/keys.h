// SPDX-License-Identifier: ISC
// Certificates that a CMS message is encrypted to, and private keys that open it, as OpenSSL reads them from PEM.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <openssl/types.h>

#include "keystore/passphrase.h"
#include "platform/base/result.h"
#include "platform/base/secret_bytes.h"

namespace keystore::cms {

namespace limits {
/// A file of certificates, or of one private key.
inline constexpr std::size_t text_file = 256UL * 1024;
}  // namespace limits

/// Whom a backup can be encrypted to: an X.509 certificate whose key is P-256, or RSA of at least 2048 bits. Its dates,
/// issuer and uses are not checked: the private key of an expired certificate still opens backups.
class Certificate {
 public:
  /// All certificates of a PEM file, at least one. usage when one is damaged, or has a key of another kind.
  static platform::Result<std::vector<Certificate>> parse(std::string_view pem);

  /// "CN = backup, O = Example", as OpenSSL writes it.
  [[nodiscard]] std::string subject() const;
  /// SHA-256 of the DER form, in hex digits.
  [[nodiscard]] std::string digest() const;
  [[nodiscard]] X509* get() const { return certificate_.get(); }

 private:
  explicit Certificate(std::shared_ptr<X509> certificate) : certificate_(std::move(certificate)) {}
  std::shared_ptr<X509> certificate_;
};

/// What opens a message. OpenSSL holds it, and wipes it when it is freed.
class PrivateKey {
 public:
  /// From a PEM file, encrypted or not. usage when it holds no private key, or an encrypted one and no passphrase is
  /// given; wrong_identity when the passphrase does not decrypt it.
  static platform::Result<PrivateKey> parse(const platform::SecretBytes& pem, const Passphrase* passphrase = nullptr);

  [[nodiscard]] EVP_PKEY* get() const { return key_.get(); }

 private:
  explicit PrivateKey(std::shared_ptr<EVP_PKEY> key) : key_(std::move(key)) {}
  std::shared_ptr<EVP_PKEY> key_;
};

/// Whether a file looks like a private key in PEM that is not an ssh key. parse() decides whether it is one.
bool is_private_key(const platform::SecretBytes& file);

}  // namespace keystore::cms
