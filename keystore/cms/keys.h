// What CMS messages are encrypted to, and what opens them: certificates and private keys in PEM.
//
// Does not check who issued a certificate, or until when it is valid.
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
/// Files of certificates, and of one private key.
inline constexpr std::size_t text_file = 256UL * 1024;
}  // namespace limits

/// Whom a backup can be encrypted to: an X.509 certificate whose key is P-256 or RSA. Nothing else in it is checked: an
/// expired certificate still has its private key.
class Certificate {
 public:
  /// All that a PEM file holds, one or more. usage when one is not a certificate, or has a key of another kind.
  static platform::Result<std::vector<Certificate>> parse(std::string_view pem);

  /// "CN = backup, O = Example", as OpenSSL writes it.
  [[nodiscard]] std::string subject() const;
  /// SHA-256 of it, in hex digits.
  [[nodiscard]] std::string digest() const;
  [[nodiscard]] X509* get() const { return certificate_.get(); }

 private:
  explicit Certificate(std::shared_ptr<X509> certificate) : certificate_(std::move(certificate)) {}
  std::shared_ptr<X509> certificate_;
};

/// What opens it. Freed, and thereby wiped, by OpenSSL.
class PrivateKey {
 public:
  /// A PEM file, encrypted or not. usage when it is not a private key, or is encrypted and no passphrase is given;
  /// wrong_identity when the passphrase is another one.
  static platform::Result<PrivateKey> parse(const platform::SecretBytes& pem, const Passphrase* passphrase = nullptr);

  [[nodiscard]] EVP_PKEY* get() const { return key_.get(); }

 private:
  explicit PrivateKey(std::shared_ptr<EVP_PKEY> key) : key_(std::move(key)) {}
  std::shared_ptr<EVP_PKEY> key_;
};

/// Whether a file is meant as a private key in PEM, of a kind that is neither age's nor ssh's.
bool is_private_key(const platform::SecretBytes& file);

}  // namespace keystore::cms
