// TLS as peers use it: 1.3 only, both sides with a certificate, one application protocol, no tickets, no resumption, no
// early data. It gives a private channel and each side's pin; it is not what proves agreement.
//
// Without a CA any certificate is let through here, and the pin is judged by whoever asked for it. With one, the chain
// is verified in the handshake and the name after it.
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

/// A CA of the user's own.
struct Authority {
  platform::Path ca;               // PEM, one or more certificates
  std::vector<std::string> allow;  // names that peers may have: "*.om.example.com"; empty: any that the CA signed
};

enum class Role : std::uint8_t { initiator, responder };

using Context = std::shared_ptr<ssl_ctx_st>;
platform::Result<Context> make_context(Role role, const Identity& identity, const std::optional<Authority>& authority);

/// What a finished handshake tells.
struct Established {
  Pin peer;
  Channel channel;
  std::vector<std::string> names;  // DNS names of the peer's certificate
};
platform::Result<Established> established(ssl_st& connection, Role role, const Identity& own);

/// Whether the name that we asked for is the peer's (a DNS name or a numeric address).
bool is_named(ssl_st& connection, const std::string& host);
/// Whether any of `names` is allowed; "*." stands for exactly one label.
bool is_allowed(const std::vector<std::string>& names, const std::vector<std::string>& allow);

/// Why a handshake or the first read failed, by OpenSSL's error code.
enum class Failure : std::uint8_t {
  connection,    // it was the network, or the peer went away
  incompatible,  // another protocol, version, or no TLS at all
  certificate,   // one side does not accept the other's certificate
};
struct Diagnosis {
  Failure failure;
  std::string reason;
};
Diagnosis diagnose(unsigned long openssl_error);

}  // namespace agent::tls
