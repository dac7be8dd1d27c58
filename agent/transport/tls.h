// SPDX-License-Identifier: ISC
// TLS as peers use it: 1.3 only, both sides with a certificate, one application protocol, no tickets, no resumption, no
// early data. It gives a private channel and each side's pin. It does not prove that the peer has the key:
// agent/protocol/agreement.h does. What a handshake may cost is in agent/transport/tls_bounds.h.
//
// Without a CA any certificate passes the handshake, and the caller has to look at the pin. With a CA the handshake
// verifies the chain, and the caller has to check the name: is_named() for the initiator, is_allowed() for the
// responder.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/protocol/agreement.h"
#include "agent/protocol/pin.h"
#include "agent/transport/identity.h"
#include "platform/base/path.h"
#include "platform/base/result.h"

struct ssl_ctx_st;  // OpenSSL's SSL_CTX and SSL
struct ssl_st;

namespace agent::tls {

inline constexpr std::string_view application_protocol = "genkey-agent/1";

/// A CA of the user's own. The system's CAs are never asked.
struct Authority {
  platform::Path ca;               // PEM, one or more certificates
  std::vector<std::string> allow;  // names that peers may have: "*.om.example.com"; empty: any that the CA signed
};

enum class Role : std::uint8_t { initiator, responder };

/// Fails with configuration when the certificate, the key or the CA's file does not serve, else with internal.
using Context = std::shared_ptr<ssl_ctx_st>;
platform::Result<Context> make_context(Role role, const Identity& identity, const std::optional<Authority>& authority);

/// What a finished handshake shows about the peer.
struct Established {
  Pin peer;
  Channel channel;
  std::vector<std::string> names;  // DNS names of the peer's certificate
};
/// Fails with peer_incompatible when the peer speaks TLS but not our protocol.
platform::Result<Established> established(ssl_st& connection, Role role, const Identity& own);

/// Whether the peer's certificate is for `host`, the DNS name or numeric address that we connected to.
bool is_named(ssl_st& connection, const std::string& host);
/// Whether any of `names` is allowed, in capitals or not; "*." in front of a pattern stands for exactly one label (RFC
/// 6125, 6.4.3).
bool is_allowed(const std::vector<std::string>& names, const std::vector<std::string>& allow);

/// Whether more bytes of the peer have arrived than were read. It does not wait for any.
bool has_more(ssl_st& connection);

/// Why a handshake or the first read failed, by OpenSSL's error code. The first read belongs here, because in TLS 1.3
/// the initiator learns only then that its certificate was refused.
enum class Failure : std::uint8_t {
  connection,    // the network, the peer went away, or OpenSSL failed on one of the two hosts
  incompatible,  // another protocol, another version, or no TLS at all
  certificate,   // one side does not accept the other's certificate
};
struct Diagnosis {
  Failure failure;
  std::string reason;
};
Diagnosis diagnose(unsigned long openssl_error);
inline constexpr std::string_view closed_without_answer = "it closed the connection without an answer";

}  // namespace agent::tls
