// Who this host is to its peers: a P-256 key and a certificate, by default self-signed, or issued by the user's own CA.
//
// File identity.pem in the state directory, root's, 0600: PKCS #8 private key, then the certificate. The certificate's
// dates say nothing (1970 to 9999): peers go by the pin, and no clock can make it expire.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "agent/protocol/pin.h"
#include "platform/base/bytes.h"
#include "platform/base/path.h"
#include "platform/base/result.h"

struct evp_pkey_st;  // OpenSSL's EVP_PKEY and X509
struct x509_st;

namespace agent {

class Identity {
 public:
  /// A new key and self-signed certificate.
  static platform::Result<Identity> generate(const std::string& name);
  /// not_found when there is none; unsafe_file or configuration when it is not one, or when its private key is damaged.
  static platform::Result<Identity> load(const platform::Path& file);
  /// A certificate and key of the user's own CA.
  static platform::Result<Identity> load(const platform::Path& certificate, const platform::Path& key);
  /// Replaces an existing one. Durable when it returns: peers remember what they were shown.
  [[nodiscard]] platform::Result<void> save(const platform::Path& file) const;

  [[nodiscard]] const Pin& pin() const { return pin_; }
  [[nodiscard]] const platform::Bytes& spki() const { return spki_; }
  [[nodiscard]] evp_pkey_st* key() const { return key_.get(); }
  [[nodiscard]] x509_st* certificate() const { return certificate_.get(); }

 private:
  Identity(std::shared_ptr<evp_pkey_st> key, std::shared_ptr<x509_st> certificate);
  std::shared_ptr<evp_pkey_st> key_;
  std::shared_ptr<x509_st> certificate_;
  platform::Bytes spki_;
  Pin pin_;
};

/// SubjectPublicKeyInfo of a certificate, DER; and its pin.
platform::Bytes spki_of(const x509_st& certificate);
Pin pin_of(platform::BytesView spki);

}  // namespace agent
