// SPDX-License-Identifier: ISC
#include "agent/config/doctor_settings.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

#include "agent/base/limits.h"
#include "agent/config/host.h"
#include "agent/config/toml_table.h"
#include "agent/protocol/claim.h"
#include "agent/protocol/numeric_address.h"
#include "platform/base/text_encoding.h"
#include "platform/files/file.h"

namespace agent {

namespace {

using platform::ErrorKind;
using platform::fail;
using platform::Path;
using platform::Result;

constexpr std::string_view digits = "0123456789";
constexpr std::size_t longest_text = 200;  // of a reason or an attestation, which stand in reports

bool has_only(std::string_view text, std::string_view characters) {
  return text.find_first_not_of(characters) == std::string_view::npos;
}

// "HA103". There may be such a finding in a later or an earlier version.
bool is_id(std::string_view text) {
  return text.size() == 5 && text.starts_with("HA") && has_only(text.substr(2), digits);
}

// A line end would break the report, and a control character could steer a terminal.
bool is_sentence(std::string_view text) {
  return text.size() <= longest_text && std::ranges::none_of(text, [](unsigned char c) { return c < ' ' || c == 127; });
}

int number_in(std::string_view text) {
  int number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

// "2026-11-01", and then a blank and a text.
std::optional<std::chrono::sys_days> date_in(std::string_view text) {
  constexpr std::size_t length = 10;
  if (text.size() < length + 2 || text[4] != '-' || text[7] != '-' || text[length] != ' ') return std::nullopt;
  const auto year = text.substr(0, 4);
  const auto month = text.substr(5, 2);
  const auto day = text.substr(8, 2);
  if (!has_only(year, digits) || !has_only(month, digits) || !has_only(day, digits)) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(number_in(year)),
                                         std::chrono::month(static_cast<unsigned>(number_in(month))),
                                         std::chrono::day(static_cast<unsigned>(number_in(day)))};
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days(date);
}

// host, host:port, [v6] or [v6]:port.
bool is_host_and_port(std::string_view text) {
  const auto end = text.starts_with('[') ? text.find(']') : text.find(':');
  const std::string_view host =
      text.starts_with('[') ? text.substr(1, end == std::string_view::npos ? 0 : end - 1) : text.substr(0, end);
  if (text.starts_with('[') && !is_numeric({std::string(host), 0})) return false;
  if (!text.starts_with('[') && (host.empty() || !is_plain_name(host))) return false;
  const std::string_view rest = end == std::string_view::npos ? "" : text.substr(text.starts_with('[') ? end + 1 : end);
  if (rest.empty()) return true;
  if (!rest.starts_with(':') || rest.size() < 2 || rest.size() > 6 || !has_only(rest.substr(1), digits)) return false;
  const int port = number_in(rest.substr(1));
  return port > 0 && port <= std::numeric_limits<std::uint16_t>::max();
}

// A path is allowed, because Ops Manager's own setting may have one. It is not used.
bool is_url(std::string_view text) {
  for (const std::string_view scheme : {"https://", "http://"}) {
    if (!text.starts_with(scheme)) continue;
    const std::string_view rest = text.substr(scheme.size());
    const std::string_view path = rest.substr(std::min(rest.find('/'), rest.size()));
    const bool plain_path = std::ranges::all_of(path, [](unsigned char c) { return c > ' ' && c < 127; }) &&
                            path.find_first_of("?#@") == std::string_view::npos;
    return is_host_and_port(rest.substr(0, rest.size() - path.size())) && plain_path;
  }
  return false;
}

// The text is never repeated: a password may stand in it.
Result<std::string> parse_backing_database(const std::string& text) {
  const auto wrong = [](const char* what) { return fail(ErrorKind::configuration, what); };
  std::string_view rest = text;
  const bool by_srv = rest.starts_with("mongodb+srv://");
  if (!by_srv && !rest.starts_with("mongodb://")) return wrong("it must begin with mongodb:// or mongodb+srv://");
  if (rest.find('@') != std::string_view::npos) return wrong("it must not have a user name or a password");
  rest.remove_prefix(rest.find("//") + 2);
  std::string_view hosts = rest.substr(0, std::min(rest.find_first_of("/?"), rest.size()));
  std::size_t count = 0;
  while (!hosts.empty() || count == 0) {
    const std::string_view host = hosts.substr(0, std::min(hosts.find(','), hosts.size()));
    if (!is_host_and_port(host)) return wrong("its list of hosts must be HOST or HOST:PORT with commas between them");
    if (by_srv && host.find(':') != std::string_view::npos) return wrong("with mongodb+srv:// the host has no port");
    hosts.remove_prefix(std::min(host.size() + 1, hosts.size()));
    ++count;
  }
  if (by_srv && count > 1) return wrong("with mongodb+srv:// it has one host");
  return text;
}

Result<Path> parse_directory(const std::string& text) {
  if (Path path(text); path.is_absolute()) return path;
  return fail(ErrorKind::configuration, "expected an absolute path");
}

// "10.1.0.0/16".
bool is_network(std::string_view text) {
  const auto slash = text.find('/');
  if (slash == std::string_view::npos) return false;
  const std::string_view bits = text.substr(slash + 1);
  const std::string address(text.substr(0, slash));
  if (bits.empty() || bits.size() > 3 || !has_only(bits, digits) || !is_numeric({address, 0})) return false;
  return number_in(bits) <= (address.find(':') == std::string::npos ? 32 : 128);
}

Result<std::string> parse_pattern(const std::string& text) {
  const std::string_view name = text.starts_with("*.") ? std::string_view(text).substr(2) : std::string_view(text);
  if ((!name.empty() && is_plain_name(name)) || is_numeric({text, 0}) || is_network(text)) return text;
  return fail(ErrorKind::configuration, "expected a host name, *. and a domain, an address or a network");
}

// Their findings mean that a host is not part of the fleet that anybody knows. To ignore them would hide it for good.
constexpr std::array never_ignored = {std::string_view("HA001"), std::string_view("HA002")};

void read_ignored(TomlTable& table, DoctorSettings& settings) {
  table.each_key([&](std::string_view id) {
    if (!is_id(id)) return;
    if (std::ranges::find(never_ignored, id) != never_ignored.end())
      return table.refuse(id, "cannot be ignored; if that host has left the fleet, use genkey-agent peers remove");
    table.text(id, "a reason of at most 200 characters, on one line", [&](const std::string& reason) {
      if (!is_sentence(reason)) return false;
      settings.ignored.push_back({std::string(id), reason, table.line_of(id)});
      return true;
    });
  });
}

void read_attested(TomlTable& table, DoctorSettings& settings) {
  table.each_key([&](std::string_view id) {
    if (!is_id(id)) return;
    table.text(id, "a date and what was done, as in \"2026-11-01 restored on a test host\"",
               [&](const std::string& text) {
                 const auto date = date_in(text);
                 if (!date || !is_sentence(text)) return false;
                 settings.attested.push_back({std::string(id), *date, text, table.line_of(id)});
                 return true;
               });
  });
}

void read_facilities(TomlTable& table, DoctorSettings& settings) {
  table.each_key([&](std::string_view name) {
    if (!is_plain_name(name)) return;
    if (settings.facilities.size() == most_facilities) return table.refuse(name, "is one facility too many");
    Facility facility{.name = std::string(name), .patterns = {}};
    table.list(name, "a list of host names, *. and a domain, addresses or networks, 64 at most", most_patterns,
               facility.patterns, parse_pattern);
    settings.facilities.push_back(std::move(facility));
  });
}

void read_doctor(TomlTable& table, DoctorSettings& settings) {
  table.text("url", "a URL as in \"https://opsmanager.example.com\", without a user", [&](const std::string& value) {
    if (!is_url(value)) return false;
    settings.url = value;
    return true;
  });
  table.path("ca", settings.ca);
  table.text("facility", "a plain name", [&](const std::string& value) {
    if (!is_plain_name(value)) return false;
    settings.facility = value;
    return true;
  });
  table.truth("database_login", settings.database_login);
  table.path("api_key_file", settings.api_key_file);
  table.list("backing_databases", "a list of mongodb:// URIs, 16 at most", most_backing_databases,
             settings.backing_databases, parse_backing_database);
  table.list("head_directories", "a list of directories, 16 at most", most_head_directories, settings.head_directories,
             parse_directory);
  table.table("ignore", [&](TomlTable& inner) { read_ignored(inner, settings); });
  table.table("attested", [&](TomlTable& inner) { read_attested(inner, settings); });
  table.table("facilities", [&](TomlTable& inner) { read_facilities(inner, settings); });
}

}  // namespace

DoctorSettings read_doctor_settings(std::string_view saved, std::string_view origin) {
  DoctorSettings settings;
  const auto text = platform::utf8_text(saved, std::string(origin) + ":1: the file", ErrorKind::configuration);
  if (!text) return settings;
  const toml::parse_result parsed = toml::parse(*text, origin);
  if (!parsed) return settings;
  TomlTable table(parsed.table(), "", origin, settings.mistakes);
  table.table("doctor", [&](TomlTable& inner) { read_doctor(inner, settings); });
  return settings;
}

DoctorSettings read_doctor_settings(const Options& options) {
  const Path path = configuration_file(options);
  const auto file = platform::read_file(path, limits::configuration_file, platform::Links::follow);
  return file ? read_doctor_settings(platform::text_of(file->content), path.string()) : DoctorSettings();
}

}  // namespace agent
