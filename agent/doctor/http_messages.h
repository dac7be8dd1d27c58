// SPDX-License-Identifier: ISC
// What genkey-agent-doctor is asked about web servers, and what it answers: a part of program_request.h.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "agent/base/secret_fields.h"

namespace agent {

/// Where requests go: scheme, host and port.
struct HttpOrigin {
  bool tls = false;
  std::string host;  // a name, or a numeric address without brackets
  std::uint16_t port = 0;
  bool verified = true;  // the certificate is verified; otherwise any certificate will do
  bool operator==(const HttpOrigin&) const = default;
};

/// "https://opsmanager.example.com:8443", without a port that the scheme implies.
std::string text_of(const HttpOrigin& origin);
inline constexpr std::uint16_t http_port = 80;
inline constexpr std::uint16_t https_port = 443;

/// What a request carries besides its nonce.
enum class HttpExtra : std::uint8_t {
  none,
  forged_address,  // HttpGet::header is set to an address of RFC 5737
  only_if_cached,  // Cache-Control: only-if-cached
};
/// The forged address: of a network for documentation, where no client can be.
inline constexpr const char* documentation_address = "192.0.2.1";

/// One GET, over a connection of its own.
struct HttpGet {
  std::size_t origin = 0;  // of HttpRequest::origins
  std::string path;        // begins with a slash; without a query
  std::string nonce = {};  // 32 hex digits; empty: the request cannot be counted
  HttpExtra extra = HttpExtra::none;
  std::string header = {};             // for the forged address
  std::chrono::milliseconds pause{0};  // before it
  bool explore = false;                // follow redirects within the origin, and look for an asset in the page
  bool operator==(const HttpGet&) const = default;
};

/// One after the other, in this order.
struct HttpRequest {
  std::vector<HttpOrigin> origins;
  std::string ca;  // certificates in PEM, instead of the system's authorities; empty: the system's
  std::vector<HttpGet> gets;
  std::chrono::milliseconds time{0};  // for all of them; what is not asked by then stays not_asked
};

enum class HttpEnd : std::uint8_t {
  not_asked,      // the time was over, or the origin had failed twice
  answered,       // with a status
  no_name,        // the name has no address here
  no_connection,  // refused, or no way there
  silent,         // connected or not: no complete answer in time
  broken,         // the connection ended early, or what came was not HTTP
  too_long,       // headers or body beyond the limits
  no_tls,         // TLS failed for a reason other than the certificate
  untrusted,      // the certificate does not verify
};

/// Why a certificate does not verify.
enum class CertificateFault : std::uint8_t { none, expired, not_yet_valid, wrong_name, unknown_authority, other };

struct HttpCertificate {
  CertificateFault fault = CertificateFault::none;
  bool names_host = true;      // also where another fault is named
  std::int64_t days_left = 0;  // by this host's clock; negative when it has expired
  std::string digest = {};     // of the server's own certificate, in hex; empty: there was none
  bool operator==(const HttpCertificate&) const = default;
};

/// Digests, in hex, of what a server makes anew for an answer. Empty: the answer has no such part.
struct HttpWitness {
  std::string body, etag, cookie, nonce, date;  // nonce: of a Digest challenge
  bool operator==(const HttpWitness&) const = default;
};

struct HttpAnswer {
  HttpEnd end = HttpEnd::not_asked;
  std::uint32_t status = 0;
  std::string path;       // of the last request, after redirects
  std::string elsewhere;  // where a redirect leads that was not followed
  std::string asset;      // the path of a script or style sheet of the same origin
  HttpCertificate certificate;
  std::string own_address;  // of the connection, numeric
  std::string their_address;
  std::string hit;                   // a header that shows an answer from a cache: "X-Cache: HIT from proxy1"
  std::vector<std::string> cookies;  // names only
  HttpWitness witness;
  bool operator==(const HttpAnswer&) const = default;
};

/// One answer for each GET, in the same order.
struct HttpReply {
  std::vector<HttpAnswer> answers;
};

/// Whether it can stand in a request line as it is: begins with a slash, printable ASCII without blanks, quotes, query
/// and fragment, and within its limit.
bool is_http_path(std::string_view path);

void write(FieldWriter& out, const HttpRequest& request);
/// False: a value is beyond its limit, or is not what it should be. So for every read() of these messages.
bool read(FieldReader& in, HttpRequest& request);
void write(FieldWriter& out, const HttpReply& reply);
bool read(FieldReader& in, HttpReply& reply);

}  // namespace agent
