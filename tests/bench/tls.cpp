// SPDX-License-Identifier: ISC
#include "tests/bench/tls.h"

#include <cstdio>

#include <openssl/ec.h>
#include <openssl/pem.h>

#include "tests/bench/stop.h"

namespace bench {

namespace {

int accept_any_certificate(X509_STORE_CTX*, void*) { return 1; }

Context make_context(const SSL_METHOD* method, const Identity& identity) {
  Context context(SSL_CTX_new(method));
  if (!context) stop("no TLS");
  SSL_CTX_set_min_proto_version(context.get(), TLS1_3_VERSION);
  SSL_CTX_set_num_tickets(context.get(), 0);
  SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
  // Without NO_AUTO_CHAIN each handshake searches a certificate store for issuers that are not there.
  SSL_CTX_set_mode(context.get(), SSL_MODE_RELEASE_BUFFERS | SSL_MODE_NO_AUTO_CHAIN);
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  SSL_CTX_set_cert_verify_callback(context.get(), accept_any_certificate, nullptr);
  if (SSL_CTX_use_certificate(context.get(), identity.certificate.get()) != 1 ||
      SSL_CTX_use_PrivateKey(context.get(), identity.key.get()) != 1)
    stop("cannot use the identity");
  return context;
}

void sign_for_a_day(X509* certificate, EVP_PKEY* key) {
  constexpr long day = 24L * 60 * 60;
  X509_set_version(certificate, X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate), -day);
  X509_gmtime_adj(X509_getm_notAfter(certificate), day);
  X509_set_pubkey(certificate, key);
  if (X509_sign(certificate, key, EVP_sha256()) == 0) stop("cannot sign a certificate");
}

}  // namespace

Identity load_identity(const char* file) {
  const std::unique_ptr<std::FILE, FreedBy<std::fclose>> stream(std::fopen(file, "r"));
  if (!stream) stop_with_errno(file);
  Identity identity;
  identity.key.reset(PEM_read_PrivateKey(stream.get(), nullptr, nullptr, nullptr));
  identity.certificate.reset(PEM_read_X509(stream.get(), nullptr, nullptr, nullptr));
  if (!identity.key || !identity.certificate) stop("the identity file does not hold a key, then a certificate");
  return identity;
}

Identity make_identity() {
  Identity identity;
  identity.key.reset(EVP_EC_gen("P-256"));
  identity.certificate.reset(X509_new());
  if (!identity.key || !identity.certificate) stop("cannot make an identity");
  sign_for_a_day(identity.certificate.get(), identity.key.get());
  return identity;
}

Context client_context(const Identity& identity) { return make_context(TLS_client_method(), identity); }
Context server_context(const Identity& identity) { return make_context(TLS_server_method(), identity); }

}  // namespace bench
