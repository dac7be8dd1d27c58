// SPDX-License-Identifier: ISC
#include "agent/doctor/setting_facts.h"

#include <algorithm>
#include <charconv>

#include "agent/base/limits.h"
#include "agent/protocol/numeric_address.h"
#include "platform/base/ascii.h"

namespace agent {

namespace {

bool is_letter_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

// RFC 9110, 5.6.2.
bool is_token(std::string_view text) {
  constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::ranges::all_of(text, [&](char c) {
    return is_letter_or_digit(c) || marks.find(c) != std::string_view::npos;
  });
}

// Underscores are in no host name of a standard, and in many of real networks.
bool is_host(std::string_view text) {
  return !text.empty() && text.size() <= limits::name_length &&
         std::ranges::all_of(text, [](char c) { return is_letter_or_digit(c) || c == '.' || c == '-' || c == '_'; });
}

std::optional<std::uint16_t> port_in(std::string_view digits) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  const bool whole = error == std::errc() && end == digits.data() + digits.size();
  return whole && port != 0 ? std::optional(port) : std::nullopt;
}

std::uint16_t port_of(std::string_view scheme) { return scheme == "https" ? 443 : 80; }

// "host", "host:port", "[::1]" or "[::1]:port".
std::optional<UrlFact> authority_in(std::string_view text, UrlFact url) {
  const bool bracketed = text.starts_with('[');
  const auto end = bracketed ? text.find(']') : text.find(':');
  std::string_view host = text.substr(0, end);
  std::string_view rest = end == std::string_view::npos ? std::string_view() : text.substr(end);
  if (bracketed) {
    if (end == std::string_view::npos) return std::nullopt;
    host.remove_prefix(1);
    rest.remove_prefix(1);
    if (!is_numeric({std::string(host), 1})) return std::nullopt;
  } else {
    if (host.ends_with('.')) host.remove_suffix(1);
    if (!is_host(host)) return std::nullopt;
  }
  url.host = platform::lower(host);
  // RFC 3986 allows an empty port.
  if (rest.empty() || rest == ":") return url;
  if (!rest.starts_with(':')) return std::nullopt;
  const auto port = port_in(rest.substr(1));
  if (!port) return std::nullopt;
  url.port = *port;
  return url;
}

std::optional<UrlFact> url_in(std::string_view text) {
  const auto colon = text.find("://");
  if (colon == std::string_view::npos) return std::nullopt;
  UrlFact url{.scheme = platform::lower(text.substr(0, colon)), .host = {}, .port = 0};
  if (url.scheme != "https" && url.scheme != "http") return std::nullopt;
  url.port = port_of(url.scheme);
  text.remove_prefix(colon + 3);
  const std::string_view authority = text.substr(0, text.find_first_of("/?#"));
  // A placeholder that nobody filled in, wherever it is.
  if (text.find("${") != std::string_view::npos) return std::nullopt;
  return authority_in(authority, std::move(url));
}

}  // namespace

std::optional<std::string> url_fact_of(std::string_view text) {
  const auto url = url_in(text);
  if (!url) return std::nullopt;
  return url->scheme + "|" + url->host + "|" + std::to_string(url->port);
}

std::string central_url_fact(std::string_view text) {
  if (text.empty()) return "";
  return url_fact_of(text).value_or(std::string(malformed_fact));
}

std::string_view likeness_of(std::string_view text) {
  if (text.find("${") != std::string_view::npos) return "placeholder";
  // A host's name may have dashes too.
  const std::string small = platform::lower(text);
  const bool usual = small.starts_with("x-") || small.ends_with("-ip") || small.find("forwarded") != std::string::npos;
  if (is_token(text) && usual && small.find('.') == std::string::npos) return "header";
  return authority_in(text, {}) ? "name" : "other";
}

std::string header_fact(std::string_view text) {
  if (is_token(text)) return platform::lower(text);
  if (text.empty()) return "";
  return std::string(url_in(text) ? url_fact : malformed_fact);
}

std::string UrlFact::text() const {
  const std::string name = host.find(':') == std::string::npos ? host : "[" + host + "]";
  return scheme + "://" + name + (port == port_of(scheme) ? "" : ":" + std::to_string(port));
}

std::optional<UrlFact> read_url_fact(std::string_view fact) {
  const auto first = fact.find('|');
  const auto last = fact.rfind('|');
  if (first == std::string_view::npos || last == first) return std::nullopt;
  UrlFact url{.scheme = std::string(fact.substr(0, first)),
              .host = std::string(fact.substr(first + 1, last - first - 1)),
              .port = 0};
  const bool known = url.scheme == "https" || url.scheme == "http";
  const auto port = port_in(fact.substr(last + 1));
  if (!known || !port || (!is_host(url.host) && !is_numeric({url.host, 1}))) return std::nullopt;
  url.port = *port;
  return url;
}

}  // namespace agent
