// SPDX-License-Identifier: ISC
#include "agent/doctor_program/certificate.h"

#include <array>
#include <memory>

#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include "agent/protocol/numeric_address.h"
#include "platform/base/bytes.h"

namespace agent::doctor_program {

namespace {

struct Freeing {
  void operator()(BIO* bio) const { BIO_free(bio); }
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(X509_STORE* store) const { X509_STORE_free(store); }
};

CertificateFault fault_of(int error) {
  switch (error) {
    case X509_V_OK: return CertificateFault::none;
    case X509_V_ERR_CERT_HAS_EXPIRED: return CertificateFault::expired;
    case X509_V_ERR_CERT_NOT_YET_VALID: return CertificateFault::not_yet_valid;
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH: return CertificateFault::wrong_name;
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    case X509_V_ERR_CERT_UNTRUSTED: return CertificateFault::unknown_authority;
    default: return CertificateFault::other;
  }
}

bool is_for(X509* certificate, const std::string& host) {
  if (canonical_ip(host)) return X509_check_ip_asc(certificate, host.c_str(), 0) == 1;
  return X509_check_host(certificate, host.data(), host.size(), 0, nullptr) == 1;
}

std::string digest_of(X509* certificate) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  if (X509_digest(certificate, EVP_sha256(), digest.data(), &size) != 1) return "";
  return platform::hex_encode(std::as_bytes(std::span(digest).first(size)));
}

}  // namespace

bool CertificateWitness::watch(SSL_CTX* context, const std::string& ca) {
  SSL_CTX_set_cert_verify_callback(context, &CertificateWitness::verify, this);
  if (ca.empty()) return true;
  const std::unique_ptr<BIO, Freeing> text(BIO_new_mem_buf(ca.data(), static_cast<int>(ca.size())));
  std::unique_ptr<X509_STORE, Freeing> store(X509_STORE_new());
  if (!text || !store) throw std::bad_alloc();
  bool any = false;
  for (;;) {
    const std::unique_ptr<X509, Freeing> authority(PEM_read_bio_X509(text.get(), nullptr, nullptr, nullptr));
    if (!authority) break;
    any = X509_STORE_add_cert(store.get(), authority.get()) == 1 || any;
  }
  SSL_CTX_set_cert_store(context, store.release());  // owned by the context from now on
  return any;
}

int CertificateWitness::verify(X509_STORE_CTX* chain, void* self) {
  const int verified = X509_verify_cert(chain);
  auto& witness = *static_cast<CertificateWitness*>(self);
  if (X509* const certificate = X509_STORE_CTX_get0_cert(chain))
    witness.look_at(certificate, X509_STORE_CTX_get_error(chain));
  // Without verification the handshake goes on, whatever stands here.
  return verified > 0 || !witness.origin_.verified ? 1 : 0;
}

void CertificateWitness::look_at(X509* certificate, int error) {
  seen_.fault = fault_of(error);
  seen_.digest = digest_of(certificate);
  seen_.names_host = is_for(certificate, origin_.host);
  if (seen_.fault == CertificateFault::none && !seen_.names_host) seen_.fault = CertificateFault::wrong_name;
  int days = 0;
  int seconds = 0;
  // From now until the certificate ends; both are negative afterwards.
  if (ASN1_TIME_diff(&days, &seconds, nullptr, X509_get0_notAfter(certificate)) == 1)
    seen_.days_left = seconds < 0 && days == 0 ? -1 : days;
}

}  // namespace agent::doctor_program
