// SPDX-License-Identifier: ISC
#include "agent/doctor/web_origin.h"

#include <algorithm>
#include <charconv>

#include "agent/protocol/address.h"
#include "platform/base/ascii.h"

namespace agent {

namespace {

using platform::ErrorKind;
using platform::fail;
using platform::Result;

std::string_view fact(const HostEvidence& host, std::string_view name) {
  if (!host.facts) return {};
  const auto found = host.facts->find(name);
  return found == host.facts->end() ? std::string_view() : std::string_view(found->second);
}

std::optional<std::uint16_t> port_of(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc() || end != text.data() + text.size() || port == 0) return std::nullopt;
  return port;
}

bool is_host(std::string_view host) {
  constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz0123456789-._:";
  return !host.empty() && platform::lower(host).find_first_not_of(letters) == std::string::npos;
}

// A fact: "https|opsmanager.example.com|443".
std::optional<HttpOrigin> origin_of_fact(std::string_view fact) {
  const auto first = fact.find('|');
  const auto last = fact.rfind('|');
  if (first == std::string_view::npos || first == last) return std::nullopt;
  const std::string_view host = fact.substr(first + 1, last - first - 1);
  const auto port = port_of(fact.substr(last + 1));
  if (!port || !is_host(host)) return std::nullopt;
  return HttpOrigin{.tls = fact.substr(0, first) == "https", .host = std::string(host), .port = *port};
}

std::optional<HttpOrigin> origin_of_hosts(const Evidence& evidence) {
  std::optional<HttpOrigin> origin;
  for (const HostEvidence& host : evidence.hosts) {
    const auto its = origin_of_fact(fact(host, "central_url"));
    if (!its) continue;
    if (origin && *origin != *its) return std::nullopt;
    origin = its;
  }
  return origin;
}

}  // namespace

std::optional<HttpOrigin> parse_origin(std::string_view url) {
  const auto slashes = url.find("://");
  if (slashes == std::string_view::npos) return std::nullopt;
  const std::string scheme = platform::lower(url.substr(0, slashes));
  if (scheme != "http" && scheme != "https") return std::nullopt;
  const bool tls = scheme == "https";
  std::string_view host = url.substr(slashes + 3);
  host = host.substr(0, host.find_first_of("/?#"));
  std::optional<std::uint16_t> port = tls ? https_port : http_port;
  const auto colon = host.rfind(':');
  const auto bracket = host.rfind(']');
  if (colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket)) {
    port = port_of(host.substr(colon + 1));
    host = host.substr(0, colon);
  }
  if (host.starts_with('[') && host.ends_with(']'))
    host = host.substr(1, host.size() - 2);
  else if (host.find(':') != std::string_view::npos)
    return std::nullopt;
  if (!port || !is_host(host)) return std::nullopt;
  return HttpOrigin{.tls = tls, .host = platform::lower(host), .port = *port};
}

std::optional<HttpOrigin> balancer_origin(const Evidence& evidence, const std::optional<std::string>& given,
                                          const std::optional<std::string>& configured) {
  if (given) return parse_origin(*given);
  if (auto origin = origin_of_hosts(evidence)) return origin;
  return configured ? parse_origin(*configured) : std::nullopt;
}

Result<HttpOrigin> web_origin_of(const HostEvidence& host) {
  const std::string_view https = fact(host, "https");
  if (https == "client-certificate")
    return fail(ErrorKind::not_found, "a web server that demands no certificate of its clients");
  const auto port = port_of(fact(host, "port"));
  if (!port) return fail(ErrorKind::not_found, "the port of its web server");
  HttpOrigin origin{.tls = https == "on", .host = "127.0.0.1", .port = *port, .verified = false};
  if (host.own) return origin;
  origin.host = TRY(parse_address(host.address)).host;
  return origin;
}

std::string configured_header(const Evidence& evidence) {
  for (const HostEvidence& host : evidence.hosts) {
    const std::string_view header = fact(host, "remote_ip_header");
    if (!header.empty() && header != "malformed" && header != "url") return std::string(header);
  }
  return "x-forwarded-for";
}

}  // namespace agent
