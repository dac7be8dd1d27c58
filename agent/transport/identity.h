// SPDX-License-Identifier: ISC
// Who this host is to its peers: a key and a certificate. By default a P-256 key with a self-signed certificate; with a
// CA of the user's own whatever key and certificate the CA issued.
//
// File identity.pem in the state directory, owned by root, 0600: the private key (PKCS #8, RFC 5208, in PEM), then the
// certificate. The certificate is valid from 1970 to 9999: peers go by the pin, and a host whose clock is wrong must
// still be able to prove its key.
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

/// Copies share one key and certificate, which never change.
class Identity {
 public:
  /// A new key and a self-signed certificate for `name`. Not yet on disk.
  static platform::Result<Identity> generate(const std::string& name);
  /// Fails with not_found when there is no such file, with unsafe_file, and with configuration when the content is not
  /// an identity or its private key is damaged. A damaged identity is never replaced in silence: peers know the old
  /// pin.
  static platform::Result<Identity> load(const platform::Path& file);
  /// A certificate and key of the user's own CA. The certificate's file may be reached through a link, the key's may
  /// not. Only the first certificate of the file is read. Dates and chain are checked by the peers, not here.
  static platform::Result<Identity> load(const platform::Path& certificate, const platform::Path& key);
  /// Replaces an existing file. Durable when it returns: peers remember the pin, so a host must not show them an
  /// identity that a power cut could take away.
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

/// SubjectPublicKeyInfo of a certificate (RFC 5280, 4.1.2.7) as DER, empty when OpenSSL cannot encode it; and its pin.
platform::Bytes spki_of(const x509_st& certificate);
Pin pin_of(platform::BytesView spki);

}  // namespace agent
