// SPDX-License-Identifier: ISC
#include "agent/doctor/database_uri.h"

#include <algorithm>
#include <charconv>

#include "agent/base/limits.h"
#include "agent/doctor/fact_list.h"
#include "agent/protocol/numeric_address.h"
#include "platform/base/ascii.h"

namespace agent {

namespace {

constexpr std::string_view plain_scheme = "mongodb://";
constexpr std::string_view srv_scheme = "mongodb+srv://";

bool is_letter_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }
bool is_hex(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

bool consists_of(std::string_view text, std::string_view marks) {
  return std::ranges::all_of(text,
                             [&](char c) { return is_letter_or_digit(c) || marks.find(c) != std::string_view::npos; });
}

// Visible ASCII with whole escapes, and none of `reserved`.
bool is_escaped(std::string_view text, std::string_view reserved) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] <= ' ' || text[at] > '~' || reserved.find(text[at]) != std::string_view::npos) return false;
    if (text[at] != '%') continue;
    if (at + 2 >= text.size() || !is_hex(text[at + 1]) || !is_hex(text[at + 2])) return false;
    at += 2;
  }
  return true;
}

std::vector<std::string_view> parts_of(std::string_view text, std::string_view separators) {
  std::vector<std::string_view> parts;
  for (;;) {
    const auto end = text.find_first_of(separators);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

std::optional<std::uint16_t> port_in(std::string_view digits) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  const bool whole = error == std::errc() && end == digits.data() + digits.size();
  return whole && port != 0 ? std::optional(port) : std::nullopt;
}

std::optional<Address> host_in(std::string_view text) {
  const bool bracketed = text.starts_with('[');
  const auto end = bracketed ? text.find(']') : text.find(':');
  if (bracketed && end == std::string_view::npos) return std::nullopt;
  Address host{platform::lower(bracketed ? text.substr(1, end - 1) : text.substr(0, end)), limits::database_port};
  const bool good = bracketed ? host.host.find(':') != std::string::npos && is_numeric(host)
                              : !host.host.empty() && consists_of(host.host, "._-");
  if (!good || host.host.size() > limits::name_length) return std::nullopt;
  std::string_view rest = text.substr(std::min(bracketed ? end + 1 : end, text.size()));
  if (rest.empty()) return host;
  if (!rest.starts_with(':')) return std::nullopt;
  const auto port = port_in(rest.substr(1));
  if (!port) return std::nullopt;
  host.port = *port;
  return host;
}

bool read_hosts(std::string_view text, DatabaseUri& uri) {
  for (const std::string_view part : parts_of(text, ",")) {
    auto host = host_in(part);
    if (!host || uri.hosts.size() == limits::database_hosts) return false;
    uri.hosts.push_back(*std::move(host));
  }
  // SRV has the ports in the name server.
  return !uri.srv || (uri.hosts.size() == 1 && text.find(':') == std::string_view::npos);
}

bool read_flag(std::string_view value, std::optional<bool>& flag) {
  const bool on = value == "true";
  if ((!on && value != "false") || flag.value_or(on) != on) return false;
  flag = on;
  return true;
}

bool read_word(std::string_view value, std::string& word) {
  if (value.empty() || !consists_of(value, "._-$") || (!word.empty() && word != value)) return false;
  word = value;
  return true;
}

bool read_option(std::string_view text, DatabaseUri& uri) {
  const auto equals = text.find('=');
  if (equals == std::string_view::npos || equals == 0) return false;
  const std::string name = platform::lower(text.substr(0, equals));
  const std::string_view value = text.substr(equals + 1);
  if (!consists_of(name, "") || !is_escaped(value, "@")) return false;
  if (std::ranges::find(uri.options, name) == uri.options.end()) uri.options.push_back(name);
  if (name == "tls" || name == "ssl") return read_flag(value, uri.tls);
  if (name == "replicaset") return read_word(value, uri.set);
  if (name == "authsource") return read_word(value, uri.source);
  if (name != "authmechanism") return true;
  std::string mechanism;
  if (!read_word(value, mechanism)) return false;
  std::ranges::transform(mechanism, mechanism.begin(),
                         [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  if (!uri.mechanism.empty() && uri.mechanism != mechanism) return false;
  uri.mechanism = mechanism;
  return true;
}

bool read_options(std::string_view text, DatabaseUri& uri) {
  // Drivers of earlier versions also took a semicolon.
  for (const std::string_view part : parts_of(text, "&;")) {
    if (part.empty()) continue;
    if (uri.options.size() == limits::database_options || !read_option(part, uri)) return false;
  }
  std::ranges::sort(uri.options);
  return true;
}

// "name", or "name:password" with everything else escaped.
bool is_user_part(std::string_view text) {
  const auto colon = text.find(':');
  const std::string_view name = text.substr(0, colon);
  const std::string_view password = colon == std::string_view::npos ? std::string_view() : text.substr(colon + 1);
  constexpr std::string_view reserved = "@:/?#[]";
  return !name.empty() && is_escaped(name, reserved) && is_escaped(password, reserved);
}

std::string hosts_text(const DatabaseUri& uri) {
  std::vector<std::string> hosts;
  for (const Address& host : uri.hosts) hosts.push_back(host.text());
  std::ranges::sort(hosts);
  const auto same = std::ranges::unique(hosts);
  hosts.erase(same.begin(), same.end());
  return joined(hosts);
}

// Nothing for a mechanism that has no name among the facts.
std::optional<std::string> login_of(const DatabaseUri& uri, bool encrypted) {
  if (uri.mechanism == "MONGODB-X509") return "x509";
  if (!uri.has_user) return uri.mechanism.empty() ? std::optional<std::string>("none") : std::nullopt;
  if (encrypted) return "encrypted";
  if (uri.mechanism.empty() || uri.mechanism.starts_with("SCRAM-SHA-")) return "scram";
  if (uri.mechanism == "PLAIN") return "plain";
  if (uri.mechanism == "GSSAPI") return "gssapi";
  return std::nullopt;
}

}  // namespace

std::variant<DatabaseUri, UriPart> read_database_uri(std::string_view text) {
  DatabaseUri uri;
  uri.srv = text.starts_with(srv_scheme);
  if (!uri.srv && !text.starts_with(plain_scheme)) return UriPart::scheme;
  text.remove_prefix(uri.srv ? srv_scheme.size() : plain_scheme.size());
  // One "@" at most ends the user part. With a second one, nobody can tell where it ends.
  const auto at = text.rfind('@');
  uri.has_user = at != std::string_view::npos;
  if (uri.has_user && !is_user_part(text.substr(0, at))) return UriPart::user;
  if (uri.has_user) text.remove_prefix(at + 1);
  const auto hosts_end = std::min(text.find_first_of("/?"), text.size());
  if (!read_hosts(text.substr(0, hosts_end), uri)) return UriPart::hosts;
  text.remove_prefix(hosts_end);
  const auto question = std::min(text.find('?'), text.size());
  const std::string_view database = text.substr(0, question);
  uri.database = database.empty() ? "" : database.substr(1);
  if (!consists_of(uri.database, "_-")) return UriPart::database;
  text.remove_prefix(question);
  if (!text.empty() && !read_options(text.substr(1), uri)) return UriPart::options;
  return uri;
}

Facts uri_facts(const std::variant<DatabaseUri, UriPart>& uri, const DatabaseSettings& settings) {
  if (const auto* part = std::get_if<UriPart>(&uri)) return {{"uri.unreadable", std::string(uri_parts.of(*part))}};
  const auto& known = std::get<DatabaseUri>(uri);
  Facts facts{{"uri.hosts", known.srv ? "" : hosts_text(known)},
              {"uri.srv", known.srv ? known.hosts.front().host : ""},
              {"uri.set", known.set},
              {"uri.database", known.database},
              {"uri.options", joined(known.options)},
              {"uri.tls", settings.tls || known.tls.value_or(known.srv) ? "on" : "off"}};
  if (const auto login = login_of(known, settings.encrypted)) facts.emplace("uri.login", *login);
  return facts;
}

}  // namespace agent
