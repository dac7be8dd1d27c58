// SPDX-License-Identifier: ISC
#include "agent/config/config_file.h"

#include <array>
#include <limits>
#include <utility>

#include "agent/base/duration.h"
#include "agent/config/combined_settings.h"
#include "agent/config/toml_table.h"
#include "agent/protocol/claim.h"
#include "agent/protocol/numeric_address.h"
#include "platform/base/text_encoding.h"

namespace agent {

namespace {

using platform::ErrorKind;
using platform::Path;
using platform::Result;

bool read_layout(const std::string& value, std::optional<platform::Layout>& out) {
  if (value == "auto") return true;
  const auto layout = layout_names.find(value);
  // "plain" is a result of looking for the installation, and nothing that a person can ask for.
  if (!layout || *layout == platform::Layout::plain) return false;
  out = layout;
  return true;
}

// A limit, because a gate that waits for hours is an outage, and a huge number is a mistyped one.
bool read_duration(const std::string& value, std::chrono::milliseconds least, std::chrono::milliseconds most,
                   std::chrono::milliseconds& out) {
  const auto duration = parse_duration(value);
  if (!duration || *duration < least || *duration > most) return false;
  out = *duration;
  return true;
}

constexpr const char* address_list = "a list of HOST or HOST:PORT";
constexpr std::size_t no_limit = std::numeric_limits<std::size_t>::max();

// Nobody can connect to port 0.
Result<Address> parse_peer(const std::string& value) {
  auto address = parse_address(value);
  if (address && address->port != 0) return address;
  return platform::fail(ErrorKind::configuration,
                        address ? "nobody can connect to port 0" : "expected HOST or HOST:PORT");
}

// A name could belong to another host, and a listener that waits for name servers would not start without them.
Result<Address> parse_listen_address(const std::string& value) {
  auto address = parse_address(value);
  if (address && is_numeric(*address)) return address;
  return platform::fail(ErrorKind::configuration, "expected a numeric address, as in 192.0.2.1:27424 or [::]:27424");
}

void read_host(TomlTable& table, Config& config) {
  table.truth("first_host", config.first_host);
  table.text("name", "a plain host name", [&](const std::string& value) {
    const bool valid = !value.empty() && is_plain_name(value);
    if (valid) config.name = value;
    return valid;
  });
  table.text("address", "HOST or HOST:PORT", [&](const std::string& value) {
    const auto address = parse_peer(value);
    if (address) config.address = *address;
    return address.has_value();
  });
  // An address that is listed twice would count as two peers, so it is refused.
  table.list("peers", address_list, no_limit, config.peers, parse_peer);
  config.peer_lines = table.lines_of("peers");
  table.path("state_dir", config.state_dir, platform::problem_of_own_directory);
  table.path("ticket_file", config.ticket_file);
}

void read_installation(TomlTable& table, Config& config) {
  constexpr std::array<std::string_view, 4> kinds = {"auto", "package", "tar", "windows"};
  table.text(
      "kind", "\"auto\", \"package\", \"tar\" or \"windows\"",
      [&](const std::string& value) { return read_layout(value, config.kind); }, kinds);
  table.path("path", config.install_path);
  table.path("key_file", config.key_file);
  table.text("owner", "USER or USER:GROUP", [&](const std::string& value) {
    config.owner = value;
    return true;
  });
}

void read_serve(TomlTable& table, Config& config) {
  // Absent or empty means the default: a listener without an address would run and reach nobody.
  const auto before = config.listen;
  table.list("listen", "a list of numeric addresses, with or without a port", no_limit, config.listen,
             parse_listen_address);
  if (config.listen.empty()) config.listen = before;
  table.truth("refetch", config.refetch);
  table.truth("facts", config.facts);
}

void read_gate(TomlTable& table, Config& config) {
  // The list of policies comes from their names, so the sentence cannot miss a new one.
  const std::string policies = policy_names.as_text();
  const auto accept = [&](const std::string& value) {
    const auto policy = policy_names.find(value);
    if (policy) config.policy = *policy;
    return policy.has_value();
  };
  table.text("policy", policies.c_str(), accept, policy_names.all());
  table.text("wait", "a duration of at most 60s, as in \"30s\"", [&](const std::string& value) {
    return read_duration(value, std::chrono::milliseconds(0), limits::longest_gate_wait, config.gate_wait);
  });
}

void read_tls(TomlTable& table, Config& config) {
  table.path("ca", config.ca);
  table.path("certificate", config.certificate);
  table.path("key", config.certificate_key);
  table.list("allow", "a list of names, as in \"*.om.example.com\"", no_limit, config.allow,
             [](const std::string& value) { return Result<std::string>(value); });
}

Result<Path> parse_absolute(const std::string& text) {
  if (Path path(text); path.is_absolute()) return path;
  return platform::fail(ErrorKind::usage, "expected an absolute path");
}

void read_age(TomlTable& table, std::string_view key, std::chrono::milliseconds& out) {
  table.text(key, "a duration from 1h to 3650d, as in \"35d\"", [&](const std::string& value) {
    return read_duration(value, std::chrono::hours(1), limits::longest_backup_age, out);
  });
}

void read_backup(TomlTable& table, Config& config) {
  table.list("recipients", "a list of age1..., age1yubikey1... or ssh-ed25519 keys, 100 at most",
             limits::backup_recipients, config.recipients,
             [](const std::string& value) { return keystore::age::parse_recipient(value); });
  table.list("certificates", "a list of files with certificates in PEM, 100 at most", limits::backup_recipients,
             config.certificates, parse_absolute);
  const std::string destinations = "a list of " + destination_forms() + ", 16 at most";
  table.list("destinations", destinations.c_str(), limits::backup_destinations, config.destinations,
             [](const std::string& value) { return parse_destination(value); });
  table.truth("host_state", config.host_state);
  table.number("keep", "a number from 1 to 1000", limits::most_kept_backups, config.keep);
  read_age(table, "stale_after", config.stale_after);
  read_age(table, "drill_stale_after", config.drill_stale_after);
}

// The parser's sentence without the part of the text that it quotes: an unquoted passphrase is not TOML either.
std::string without_quotes(std::string_view description) {
  const auto first = description.find('\'');
  if (first == std::string_view::npos) return std::string(description);
  std::string_view before = description.substr(0, first);
  for (const std::string_view end : {" ", "saw", " ", ",", "expected", " ", ":"}) {
    if (before.ends_with(end)) before.remove_suffix(end.size());
  }
  return std::string(before);
}

// A common mistake on Windows that the parser's message does not explain.
std::string likely_cause_in(std::string_view text) {
  const bool escaped = text.find(":\\") != std::string_view::npos && text.find('"') != std::string_view::npos;
  return escaped ? R"(; paths with "\" are written in single quotes: 'C:\MMSData')" : "";
}

// Tables of the configuration are one level deep, so this is too.
void collect_lines(const toml::table& table, const std::string& prefix, decltype(Settings::lines)& lines) {
  for (const auto& [key, node] : table) {
    const toml::table* inner = prefix.empty() ? node.as_table() : nullptr;
    if (inner != nullptr)
      collect_lines(*inner, std::string(key.str()) + ".", lines);
    else
      lines.emplace(prefix + std::string(key.str()), node.source().begin.line);
  }
}

// If the text is not TOML, there is no node with a line, so the parser's position is used.
void add_parse_error(const toml::parse_error& error, std::string_view text, std::string_view origin,
                     Settings& settings) {
  const auto at = [&](std::size_t line) { return std::string(origin) + ":" + std::to_string(line) + ": "; };
  settings.mistakes.push_back(
      {{ErrorKind::configuration,
        at(error.source().begin.line) + without_quotes(error.description()) + likely_cause_in(text)},
       Bearing::place});
  const PolicyInLines found = policy_in_lines(text);
  settings.config.policy = found.policy.value_or(settings.config.policy);
  if (!found.mistake) return;
  settings.mistakes.push_back(
      {{ErrorKind::configuration, at(found.line) + "\"gate.policy\" " + *found.mistake}, Bearing::policy});
}

void read_tables(TomlTable& table, Config& config) {
  read_host(table, config);
  table.table("installation", [&](TomlTable& inner) { read_installation(inner, config); });
  table.table("serve", [&](TomlTable& inner) { read_serve(inner, config); });
  table.table("gate", [&](TomlTable& inner) { read_gate(inner, config); });
  table.table("tls", [&](TomlTable& inner) { read_tls(inner, config); });
  table.table("join", [&](TomlTable& inner) { inner.truth("without_ticket", config.join_without_ticket); });
  table.table("backup", [&](TomlTable& inner) { read_backup(inner, config); });
  // No mistake in it may stop anything but doctor, which reads it: read_doctor_settings().
  table.leave("doctor");
  table.finish();
}

}  // namespace

Settings read_settings(std::string_view saved, std::string_view origin) {
  Settings settings;
  std::vector<Mistake>& mistakes = settings.mistakes;
  const auto utf8 = platform::utf8_text(saved, std::string(origin) + ":1: the file", ErrorKind::configuration);
  if (!utf8) {
    mistakes.push_back({utf8.error(), Bearing::place});
    return settings;
  }
  const std::string_view text = *utf8;
  const toml::parse_result parsed = toml::parse(text, origin);
  if (!parsed) {
    add_parse_error(parsed.error(), text, origin, settings);
    return settings;
  }
  TomlTable table(parsed.table(), "", origin, mistakes);
  read_tables(table, settings.config);
  collect_lines(parsed.table(), "", settings.lines);
  // Only then: a rule about several keys may be broken because one of them was refused.
  if (mistakes.empty()) mistakes = conflicts_in(settings, origin);
  return settings;
}

Result<Config> parse_config(std::string_view saved, std::string_view origin) {
  Settings settings = read_settings(saved, origin);
  // Only the first: later ones may follow from it.
  if (!settings.mistakes.empty()) return tl::unexpected(std::move(settings.mistakes.front().error));
  return std::move(settings.config);
}

}  // namespace agent
