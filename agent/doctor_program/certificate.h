// SPDX-License-Identifier: ISC
// The certificate of a server, looked at while libcurl shakes hands: what is wrong with it, also if the handshake
// fails.
#pragma once

#include <string>

#include <openssl/types.h>

#include "agent/doctor/program_request.h"

namespace agent::doctor_program {

/// Verifies in place of OpenSSL and writes down what it saw. Must live as long as the connection.
class CertificateWitness {
 public:
  explicit CertificateWitness(const HttpOrigin& origin) : origin_(origin) {}
  CertificateWitness(const CertificateWitness&) = delete;
  CertificateWitness& operator=(const CertificateWitness&) = delete;
  ~CertificateWitness() = default;

  /// Puts itself, and `ca` as the only authorities if it is not empty, into a context that libcurl has prepared. False
  /// when `ca` holds no certificate.
  bool watch(SSL_CTX* context, const std::string& ca);

  [[nodiscard]] const HttpCertificate& seen() const { return seen_; }

 private:
  static int verify(X509_STORE_CTX* chain, void* self);
  void look_at(X509* certificate, int error);

  const HttpOrigin& origin_;
  HttpCertificate seen_;
};

}  // namespace agent::doctor_program
