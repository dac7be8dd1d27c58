// SPDX-License-Identifier: ISC
// TLS as sparingly as OpenSSL can do it: 1.3 only, a certificate on both sides, no tickets, and any
// certificate will do. The floor programs measure what agreement over TLS costs at least; they protect
// nothing.
#pragma once

#include <memory>

#include <openssl/ssl.h>

namespace bench {

template <auto Free>
struct FreedBy {
  void operator()(auto* pointer) const { Free(pointer); }
};
using Context = std::unique_ptr<SSL_CTX, FreedBy<SSL_CTX_free>>;
using Session = std::unique_ptr<SSL, FreedBy<SSL_free>>;

/// A P-256 key and a certificate signed with it.
struct Identity {
  std::unique_ptr<EVP_PKEY, FreedBy<EVP_PKEY_free>> key;
  std::unique_ptr<X509, FreedBy<X509_free>> certificate;
};

/// From a PEM file that holds the key, then the certificate.
Identity load_identity(const char* file);
Identity make_identity();

Context client_context(const Identity& identity);
Context server_context(const Identity& identity);

}  // namespace bench
