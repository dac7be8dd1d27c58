// SPDX-License-Identifier: ISC
// What a peer can make this host compute in a handshake. OpenSSL offers every group and key that it knows, and with
// some of them a message of one kilobyte costs its receiver a hundred times what it costs its sender. Here both sides
// offer and take only what is cheap: X25519, P-256 and P-384 for the exchange of keys; certificates with a key on P-256
// or P-384, an Ed25519 key, or an RSA key of 2048 to 4096 bits. This bounds one handshake, and not their number.
#pragma once

#include <string>

struct ssl_ctx_st;  // OpenSSL's SSL_CTX and EVP_PKEY
struct evp_pkey_st;

namespace agent::tls {

/// Which certificates keys may be in, for people.
std::string certificate_keys();

/// Whether a signature with this key is cheap to make and to check.
bool is_cheap(const evp_pkey_st* key);

/// False when OpenSSL lacks what is needed.
bool bound_groups_and_signatures(ssl_ctx_st& context);

/// A peer's certificates are refused before any signature in them or by them is checked: when they are longer than
/// limits::certificate_chain in all, or one of them has another key than certificate_keys(). After that
/// `with_authority` has the chain verified against the context's CA; without it any certificate passes.
void check_certificates(ssl_ctx_st& context, bool with_authority);

}  // namespace agent::tls
