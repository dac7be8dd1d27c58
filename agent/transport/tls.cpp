#include "agent/transport/tls.h"

#include <algorithm>
#include <array>

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

namespace agent::tls {

namespace {

using platform::ErrorKind;
using platform::fail;
using platform::Result;

// As ALPN wants it: a length before each name.
std::string protocol_list() {
  return static_cast<char>(application_protocol.size()) + std::string(application_protocol);
}

int choose_protocol(SSL* /*connection*/, const unsigned char** out, unsigned char* out_size,
                    const unsigned char* offered, unsigned int offered_size, void* /*data*/) {
  static const std::string ours = protocol_list();
  unsigned char* chosen = nullptr;
  const int found = SSL_select_next_proto(&chosen, out_size, reinterpret_cast<const unsigned char*>(ours.data()),
                                          static_cast<unsigned int>(ours.size()), offered, offered_size);
  *out = chosen;
  return found == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

// Peers without a CA are judged by their pin, after the handshake.
int accept_any_certificate(X509_STORE_CTX* /*chain*/, void* /*data*/) { return 1; }

bool set_versions_and_names(SSL_CTX* context, Role role) {
  const std::string protocols = protocol_list();
  const bool set = SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION) == 1 &&
                   SSL_CTX_set_max_proto_version(context, TLS1_3_VERSION) == 1 &&
                   SSL_CTX_set_num_tickets(context, 0) == 1 && SSL_CTX_set_max_early_data(context, 0) == 1;
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  // Decrypted bytes may be the key: OpenSSL wipes them from its buffers once they were read.
  SSL_CTX_set_options(context, SSL_OP_NO_TICKET | SSL_OP_CLEANSE_PLAINTEXT);
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
  if (role == Role::responder) {
    SSL_CTX_set_alpn_select_cb(context, choose_protocol, nullptr);
    return set;
  }
  // OpenSSL answers 0 for success here.
  return set && SSL_CTX_set_alpn_protos(context, reinterpret_cast<const unsigned char*>(protocols.data()),
                                        static_cast<unsigned int>(protocols.size())) == 0;
}

Result<void> trust(SSL_CTX* context, const std::optional<Authority>& authority) {
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  if (!authority) {
    // Our certificate stands alone: OpenSSL need not look for its issuers in each handshake.
    SSL_CTX_set_mode(context, SSL_MODE_NO_AUTO_CHAIN);
    SSL_CTX_set_cert_verify_callback(context, accept_any_certificate, nullptr);
    return {};
  }
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

std::vector<std::string> names_of(X509* certificate) {
  std::vector<std::string> names;
  const std::unique_ptr<GENERAL_NAMES, decltype(&GENERAL_NAMES_free)> all(
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)),
      GENERAL_NAMES_free);
  for (int at = 0; at < sk_GENERAL_NAME_num(all.get()); ++at) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(all.get(), at);
    if (name->type != GEN_DNS) continue;
    const auto* text = reinterpret_cast<const char*>(ASN1_STRING_get0_data(name->d.dNSName));
    names.emplace_back(text, static_cast<std::size_t>(ASN1_STRING_length(name->d.dNSName)));
  }
  return names;
}

bool matches(std::string_view name, std::string_view pattern) {
  if (!pattern.starts_with("*.")) return name == pattern;
  const auto dot = name.find('.');
  return dot != 0 && dot != std::string_view::npos && name.substr(dot) == pattern.substr(1);
}

}  // namespace

Result<Context> make_context(Role role, const Identity& identity, const std::optional<Authority>& authority) {
  Context context(SSL_CTX_new(role == Role::initiator ? TLS_client_method() : TLS_server_method()), SSL_CTX_free);
  if (!context || !set_versions_and_names(context.get(), role))
    return fail(ErrorKind::internal, "OpenSSL has no TLS 1.3");
  if (SSL_CTX_use_certificate(context.get(), identity.certificate()) != 1 ||
      SSL_CTX_use_PrivateKey(context.get(), identity.key()) != 1) {
    ERR_clear_error();
    return fail(ErrorKind::configuration, "OpenSSL does not take this host's certificate and key");
  }
  TRY(trust(context.get(), authority));
  return context;
}

Result<Established> established(SSL& connection, Role role, const Identity& own) {
  // A server that knows nothing of ALPN goes on without.
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
  return X509_check_host(certificate, host.data(), host.size(), X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS, nullptr) == 1 ||
         X509_check_ip_asc(certificate, host.c_str(), 0) == 1;
}

bool is_allowed(const std::vector<std::string>& names, const std::vector<std::string>& allow) {
  return std::ranges::any_of(names, [&](const std::string& name) {
    return std::ranges::any_of(allow, [&](const std::string& pattern) { return matches(name, pattern); });
  });
}

Diagnosis diagnose(unsigned long openssl_error) {
  const bool nothing_read = ERR_GET_LIB(openssl_error) == 0 || ERR_SYSTEM_ERROR(openssl_error);
  if (nothing_read) return {Failure::connection, "the connection was closed"};
  const char* text = ERR_GET_LIB(openssl_error) == ERR_LIB_SSL ? ERR_reason_error_string(openssl_error) : nullptr;
  const std::string reason = text != nullptr ? text : "what it sent cannot be read";
  if (ERR_GET_LIB(openssl_error) != ERR_LIB_SSL) return {Failure::connection, reason};
  switch (ERR_GET_REASON(openssl_error)) {
    case SSL_R_CERTIFICATE_VERIFY_FAILED:
    case SSL_R_TLSV1_ALERT_UNKNOWN_CA:
    case SSL_R_SSLV3_ALERT_BAD_CERTIFICATE:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_REVOKED:
    case SSL_R_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE:
    case SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED:
    case SSL_R_TLSV1_ALERT_ACCESS_DENIED: return {Failure::certificate, reason};
    case SSL_R_UNEXPECTED_EOF_WHILE_READING: return {Failure::connection, "the connection was closed"};
    default: return {Failure::incompatible, reason};
  }
}

}  // namespace agent::tls
