// SPDX-License-Identifier: ISC
// Settings in the form in which hosts compare them. Pure: text in, the value of a fact out.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace agent {

/// The value of `central_url`, `remote_ip_header` and the like when the text is not what it should be.
inline constexpr std::string_view malformed_fact = "malformed";
/// The value of `remote_ip_header` when the setting holds a URL.
inline constexpr std::string_view url_fact = "url";

/// A URL as "https|opsmanager.example.com|443": the scheme's own port where it has none, the host in lower case,
/// without a dot at its end. The path does not count. Nothing when it is not a URL of http or https.
std::optional<std::string> url_fact_of(std::string_view text);
std::string central_url_fact(std::string_view text);

/// What a text looks like that is not a URL: "header" (a name that headers with addresses have),
/// "placeholder" (it has "${"), "name" (a host, with or without a port) or "other".
std::string_view likeness_of(std::string_view text);

/// A header's name in lower case, "url" or "malformed".
std::string header_fact(std::string_view text);

/// What a value of url_fact_of() says.
struct UrlFact {
  std::string scheme;
  std::string host;  // numeric IPv6 addresses without brackets
  std::uint16_t port = 0;
  /// As people write it, without the scheme's own port: "https://opsmanager.example.com".
  [[nodiscard]] std::string text() const;
};
/// Nothing for "malformed", an empty value and anything else.
std::optional<UrlFact> read_url_fact(std::string_view fact);

}  // namespace agent
