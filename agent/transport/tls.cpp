// SPDX-License-Identifier: ISC
#include "agent/transport/tls.h"

#include <algorithm>
#include <array>

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "agent/transport/tls_bounds.h"
#include "platform/base/ascii.h"

namespace agent::tls {

namespace {

using platform::ErrorKind;
using platform::fail;
using platform::Result;

// The form of a list in ALPN: a length before each name (RFC 7301, 3.1).
std::string protocol_list() {
  return static_cast<char>(application_protocol.size()) + std::string(application_protocol);
}

// OpenSSL's default would go on without a protocol. A peer that offers other protocols gets an alert and an end
// (RFC 7301, 3.2). A peer that offers none at all does not come here; established() refuses it.
int choose_protocol(SSL* /*connection*/, const unsigned char** out, unsigned char* out_size,
                    const unsigned char* offered, unsigned int offered_size, void* /*data*/) {
  static const std::string ours = protocol_list();
  unsigned char* chosen = nullptr;
  const int found = SSL_select_next_proto(&chosen, out_size, reinterpret_cast<const unsigned char*>(ours.data()),
                                          static_cast<unsigned int>(ours.size()), offered, offered_size);
  *out = chosen;
  return found == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

bool set_versions_and_names(SSL_CTX* context, Role role) {
  // Every connection is a full handshake. A resumed one would show no certificate and not prove the pin. Early
  // data can be replayed (RFC 8446, 8).
  const std::string protocols = protocol_list();
  const bool set = SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION) == 1 &&
                   SSL_CTX_set_max_proto_version(context, TLS1_3_VERSION) == 1 &&
                   SSL_CTX_set_num_tickets(context, 0) == 1 && SSL_CTX_set_max_early_data(context, 0) == 1;
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  // Decrypted bytes may be the key. With this option OpenSSL wipes its buffers after they are read.
  SSL_CTX_set_options(context, SSL_OP_NO_TICKET | SSL_OP_CLEANSE_PLAINTEXT);
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);  // an idle connection keeps no record buffers
  if (role == Role::responder) {
    SSL_CTX_set_alpn_select_cb(context, choose_protocol, nullptr);
    return set;
  }
  // This function of OpenSSL gives 0 for success.
  return set && SSL_CTX_set_alpn_protos(context, reinterpret_cast<const unsigned char*>(protocols.data()),
                                        static_cast<unsigned int>(protocols.size())) == 0;
}

Result<void> trust(SSL_CTX* context, const std::optional<Authority>& authority) {
  // The second flag makes the listener demand a certificate; a client has one demanded of the server anyway.
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  // Without a CA a certificate only carries a public key. The caller decides by the pin, after the handshake.
  check_certificates(*context, authority.has_value());
  if (!authority) {
    // A self-signed certificate has no issuers that OpenSSL would have to look for in each handshake.
    SSL_CTX_set_mode(context, SSL_MODE_NO_AUTO_CHAIN);
    return {};
  }
  // Only the user's CA. With the system's CAs beside it, any public CA could make a peer.
  if (SSL_CTX_load_verify_file(context, authority->ca.string().c_str()) == 1) return {};
  ERR_clear_error();
  return fail(ErrorKind::configuration, "cannot read CA certificates from " + authority->ca.string());
}

bool speaks_our_protocol(SSL& connection) {
  const unsigned char* chosen = nullptr;
  unsigned int size = 0;
  SSL_get0_alpn_selected(&connection, &chosen, &size);
  return std::string_view(reinterpret_cast<const char*>(chosen), size) == application_protocol;
}

// DNS names of the extension only. The common name is free text and no name of a host (RFC 6125, 6.4.4).
std::vector<std::string> names_of(X509* certificate) {
  std::vector<std::string> names;
  const std::unique_ptr<GENERAL_NAMES, decltype(&GENERAL_NAMES_free)> all(
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)),
      GENERAL_NAMES_free);
  for (int at = 0; at < sk_GENERAL_NAME_num(all.get()); ++at) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(all.get(), at);
    if (name->type != GEN_DNS) continue;
    const auto* text = reinterpret_cast<const char*>(ASN1_STRING_get0_data(name->d.dNSName));
    // By its length: a zero byte inside must not end the name early and so make it another host's.
    names.emplace_back(text, static_cast<std::size_t>(ASN1_STRING_length(name->d.dNSName)));
  }
  return names;
}

// Names of hosts mean the same in capitals (RFC 4343). "*." stands for one label that is not empty; everything from the
// first dot on has to be equal.
bool matches(std::string_view name, std::string_view pattern) {
  if (!pattern.starts_with("*.")) return platform::is_same_without_case(name, pattern);
  const auto dot = name.find('.');
  return dot != 0 && dot != std::string_view::npos &&
         platform::is_same_without_case(name.substr(dot), pattern.substr(1));
}

}  // namespace

Result<Context> make_context(Role role, const Identity& identity, const std::optional<Authority>& authority) {
  Context context(SSL_CTX_new(role == Role::initiator ? TLS_client_method() : TLS_server_method()), SSL_CTX_free);
  if (!context || !set_versions_and_names(context.get(), role) || !bound_groups_and_signatures(*context)) {
    ERR_clear_error();
    return fail(ErrorKind::internal, "OpenSSL has no TLS 1.3");
  }
  // With another key each hello of a stranger would cost this host too much, and peers would refuse the certificate.
  if (!is_cheap(identity.key())) {
    return fail(ErrorKind::configuration,
                "this host's certificate has a key of another kind or size than peers take: " + certificate_keys());
  }
  if (SSL_CTX_use_certificate(context.get(), identity.certificate()) != 1 ||
      SSL_CTX_use_PrivateKey(context.get(), identity.key()) != 1) {
    ERR_clear_error();
    return fail(ErrorKind::configuration, "OpenSSL does not take this host's certificate and key");
  }
  TRY(trust(context.get(), authority));
  return context;
}

Result<Established> established(SSL& connection, Role role, const Identity& own) {
  // A server without ALPN completes the handshake all the same.
  if (!speaks_our_protocol(connection)) {
    return fail(ErrorKind::peer_incompatible, "it answers something else than genkey-agent does");
  }
  const std::unique_ptr<X509, decltype(&X509_free)> certificate(SSL_get1_peer_certificate(&connection), X509_free);
  if (!certificate) return fail(ErrorKind::peer_incompatible, "the peer showed no certificate");
  Established result;
  const platform::Bytes theirs = spki_of(*certificate);
  result.peer = pin_of(theirs);
  result.names = names_of(certificate.get());
  result.channel.initiator_spki = role == Role::initiator ? own.spki() : theirs;
  result.channel.responder_spki = role == Role::initiator ? theirs : own.spki();

  // The exporter itself covers the server's certificate, but not the client's. With both keys as its context, the
  // exported bytes are those of these two hosts and of nobody in between.
  platform::Bytes context = result.channel.initiator_spki;
  context.insert(context.end(), result.channel.responder_spki.begin(), result.channel.responder_spki.end());
  const int exported =
      SSL_export_keying_material(&connection, reinterpret_cast<unsigned char*>(result.channel.exported.data()),
                                 result.channel.exported.size(), exporter_label.data(), exporter_label.size(),
                                 reinterpret_cast<const unsigned char*>(context.data()), context.size(), 1);
  if (exported != 1) return fail(ErrorKind::internal, "OpenSSL exports nothing from this connection");
  return result;
}

bool is_named(SSL& connection, const std::string& host) {
  X509* certificate = SSL_get0_peer_certificate(&connection);
  if (certificate == nullptr) return false;
  // "om*.example.com" does not match: partial wildcards are not worth their risk (RFC 6125, 7.2).
  return X509_check_host(certificate, host.data(), host.size(), X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS, nullptr) == 1 ||
         X509_check_ip_asc(certificate, host.c_str(), 0) == 1;
}

bool is_allowed(const std::vector<std::string>& names, const std::vector<std::string>& allow) {
  return std::ranges::any_of(names, [&](const std::string& name) {
    return std::ranges::any_of(allow, [&](const std::string& pattern) { return matches(name, pattern); });
  });
}

bool has_more(SSL& connection) {
  std::byte next{};
  const int got = SSL_peek(&connection, &next, 1);
  ERR_clear_error();  // that nothing is there is no error
  return got > 0;
}

// People read the reason, so it is OpenSSL's own text only for errors of TLS.
Diagnosis diagnose(unsigned long openssl_error) {
  const int reason = ERR_GET_REASON(openssl_error);
  const bool tls = ERR_GET_LIB(openssl_error) == ERR_LIB_SSL;
  const bool nothing_read = ERR_GET_LIB(openssl_error) == 0 || ERR_SYSTEM_ERROR(openssl_error);
  if (nothing_read || (tls && reason == SSL_R_UNEXPECTED_EOF_WHILE_READING))
    return {Failure::connection, std::string(closed_without_answer)};
  // Memory that is missing here says nothing about the peer.
  if (ERR_FATAL_ERROR(openssl_error)) return {Failure::connection, "OpenSSL failed on this host"};
  // A certificate or key that no library can read.
  if (!tls) return {Failure::incompatible, "what it sent cannot be read"};
  const char* text = ERR_reason_error_string(openssl_error);
  const std::string shown = text != nullptr ? text : "it speaks another TLS";
  switch (reason) {
    // Our check of the peer's certificate, then the alerts by which the peer says that it refuses ours.
    case SSL_R_CERTIFICATE_VERIFY_FAILED:
    case SSL_R_TLSV1_ALERT_UNKNOWN_CA:
    case SSL_R_SSLV3_ALERT_BAD_CERTIFICATE:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_REVOKED:
    case SSL_R_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE:
    case SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED:
    case SSL_R_TLSV1_ALERT_ACCESS_DENIED: return {Failure::certificate, shown};
    // Alerts by which the peer says that it has failed or is about to end. Later it may answer.
    case SSL_R_TLSV1_ALERT_INTERNAL_ERROR:
    case SSL_R_TLSV1_ALERT_USER_CANCELLED: return {Failure::connection, shown};
    default: return {Failure::incompatible, shown};  // OpenSSL has hundreds of reasons, and new versions add more
  }
}

}  // namespace agent::tls
