// SPDX-License-Identifier: ISC
#include "agent/config/combined_settings.h"

#include <algorithm>
#include <iterator>

#include "agent/protocol/claim.h"

namespace agent {

namespace {

constexpr std::string_view every_v4 = "0.0.0.0";
constexpr std::string_view every_v6 = "::";

// The system lets a port be bound on one address and on all addresses only in one order, and only for IPv6, where "all"
// may be left out. Whichever stands first, one of the two is not needed.
bool overlap(const Address& all, const Address& one) {
  const bool is_v6 = one.host.find(':') != std::string::npos;
  return all.port == one.port && all.port != 0 && all.host == (is_v6 ? every_v6 : every_v4) && one.host != all.host;
}

bool listens_twice(const std::vector<Address>& listen) {
  return std::ranges::any_of(listen, [&](const Address& all) {
    return std::ranges::any_of(listen, [&](const Address& one) { return overlap(all, one); });
  });
}

// A star stands for one whole label, the first. Anywhere else it is a character that no name has.
bool can_match(std::string_view pattern) {
  const std::string_view name = pattern.starts_with("*.") ? pattern.substr(2) : pattern;
  return !name.empty() && is_plain_name(name);
}

}  // namespace

std::string place_of(std::string_view key, const Settings& settings, std::string_view origin) {
  const auto line = settings.lines.find(key);
  return std::string(origin) + (line == settings.lines.end() ? "" : ":" + std::to_string(line->second));
}

std::vector<Mistake> conflicts_in(const Settings& settings, std::string_view origin) {
  const Config& config = settings.config;
  std::vector<Mistake> mistakes;
  const auto wrong = [&](std::string_view key, const char* what) {
    const std::string where = place_of(key, settings, origin);
    mistakes.push_back({{platform::ErrorKind::configuration, where + ": " + what}, bearing_of(key)});
  };
  const int parts =
      int{config.ca.has_value()} + int{config.certificate.has_value()} + int{config.certificate_key.has_value()};
  // Two of the three would look like a CA that protects something, and protect nothing.
  if (parts != 0 && parts != 3) {
    const char* first = config.ca ? "tls.ca" : config.certificate ? "tls.certificate" : "tls.key";
    wrong(first, "[tls] needs all of ca, certificate and key, or none of them");
  }
  // Without a CA nobody could tell who asks, and the key would go to anybody.
  if (config.join_without_ticket && parts == 0)
    wrong("join.without_ticket", "[join] without_ticket needs a CA in [tls]");
  // Without names every certificate of the CA, made for whatever purpose, could fetch the key.
  if (config.join_without_ticket && config.allow.empty())
    wrong("join.without_ticket", "[join] without_ticket needs [tls] allow, the names that may have the key");
  if (listens_twice(config.listen))
    wrong("serve.listen", "\"serve.listen\" has a port on all addresses and on one of them; name all of them, or each");
  return mistakes;
}

std::vector<std::string> ineffective_settings(const Settings& settings, std::string_view origin) {
  const Config& config = settings.config;
  std::vector<std::string> found;
  const auto add = [&](const std::string& key, const std::string& what) {
    found.push_back(place_of(key, settings, origin) + ": \"" + key + "\" " + what);
  };
  if (!config.destinations.empty() && !has_recipients(config))
    add("backup.destinations", "needs recipients or certificates beside it; without them nothing is stored");
  if (config.destinations.empty() && has_recipients(config))
    add(config.recipients.empty() ? "backup.certificates" : "backup.recipients",
        "needs destinations beside it; without them nothing is stored");
  const auto unmatched = std::ranges::find_if_not(config.allow, can_match);
  if (unmatched != config.allow.end())
    add("tls.allow", "entry " + std::to_string(std::distance(config.allow.begin(), unmatched) + 1) +
                         " matches no name; write a host name, or *. and a domain");
  return found;
}

bool has_recipients(const Config& config) { return !config.recipients.empty() || !config.certificates.empty(); }

}  // namespace agent
