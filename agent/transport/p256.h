// A P-256 key as a certificate (RFC 5480) and a PEM file (RFC 5958, RFC 5915) hold it. OpenSSL's encoders write the
// same bytes, after a search among all encoders that there are, which is a third of what making an identity computes;
// its decoders search as long.
#pragma once

#include <memory>

#include <openssl/types.h>

namespace agent::p256 {

/// All answer false when OpenSSL refuses, or when the key is on another curve or of another kind.
bool set_public_key(X509& certificate, const EVP_PKEY& key);
/// Unencrypted PKCS #8; `out` should be in secure memory.
bool write_private_key(BIO& out, const EVP_PKEY& key);

/// What write_private_key() wrote. Null for anything else, which may well be a key: OpenSSL's decoders tell.
std::shared_ptr<EVP_PKEY> read_private_key(BIO& in);

/// OpenSSL's pem_password_cb. An encrypted key would ask on the terminal; the empty answer makes it fail instead.
int no_passphrase(char* buffer, int size, int writing, void* data);

}  // namespace agent::p256
