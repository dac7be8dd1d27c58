// SPDX-License-Identifier: ISC
#include "agent/report/doctor_hosts.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <span>
#include <sstream>

#include "agent/base/text_table.h"

namespace agent {

namespace {

using Row = std::vector<std::string>;

constexpr std::size_t remark_indent = 4;

std::string fact(const HostEvidence& host, std::string_view name) {
  if (!host.facts) return "-";
  const auto found = host.facts->find(name);
  if (found == host.facts->end()) return "-";
  return found->second.empty() ? "none" : found->second;
}

std::string key_of(const HostEvidence& host) { return host.own ? "this host" : std::string(name_of(host.result)); }

// "web,daemon" are the parts that run.
std::string running(const HostEvidence& host, std::string_view part) {
  if (!host.facts) return "-";
  const auto found = host.facts->find("om.running");
  if (found == host.facts->end()) return "-";
  return ("," + found->second + ",").find("," + std::string(part) + ",") == std::string::npos ? "down" : "up";
}

std::string age_of(const HostEvidence& host) {
  if (!host.facts) return "-";
  if (!host.age) return "?";
  const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(*host.age).count();
  if (minutes < 1) return "now";
  if (minutes < 60) return std::to_string(minutes) + " min";
  return std::to_string(minutes / 60) + " h";
}

// "https|opsmanager.example.com|443" as a person writes it.
std::string url_of(const HostEvidence& host) {
  std::string parts = fact(host, "central_url");
  const auto first = parts.find('|');
  const auto last = parts.rfind('|');
  if (first == std::string::npos || first == last) return parts;
  const std::string scheme = parts.substr(0, first);
  const std::string port = parts.substr(last + 1);
  const bool usual = (scheme == "https" && port == "443") || (scheme == "http" && port == "80");
  return scheme + "://" + parts.substr(first + 1, last - first - 1) + (usual ? "" : ":" + port);
}

std::string since(std::chrono::seconds time) {
  const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(time).count();
  if (minutes < 60) return std::to_string(minutes) + " min";
  return minutes < 48 * 60 ? std::to_string(minutes / 60) + " h" : std::to_string(minutes / (24 * 60)) + " d";
}

// "86400", or "none".
std::string backup_of(const HostEvidence& host) {
  const std::string seconds = fact(host, "backup");
  std::int64_t count = 0;
  const auto read = std::from_chars(seconds.data(), seconds.data() + seconds.size(), count);
  return read.ec == std::errc() ? since(std::chrono::seconds(count)) : seconds;
}

// "outnumbered,later-generation 720": without the age of the decision.
std::string gate_of(const HostEvidence& host) {
  const std::string gate = fact(host, "gate");
  return gate.substr(0, gate.find(' '));
}

// The build behind the first three numbers tells nobody anything here, and is long.
std::string version_of(const HostEvidence& host) {
  const std::string version = fact(host, "om.version");
  std::size_t end = version.find('.');
  for (int dots = 1; end != std::string::npos && dots < 3; ++dots) end = version.find('.', end + 1);
  return version.substr(0, end);
}

// Long columns mean something without their headings. They stand below their row first; then those for which there is
// less need.
enum class Place : std::uint8_t { in_row, below_if_narrow, below_first };

struct Column {
  const char* heading;
  std::string (*cell)(const HostEvidence& host);
  Place place = Place::in_row;
};

constexpr std::array columns_of_doctor = {
    Column{"HOST", [](const HostEvidence& host) { return host.name.empty() ? host.address : host.name; }},
    Column{"KEY", &key_of},
    Column{"WEB", [](const HostEvidence& host) { return running(host, "web"); }},
    Column{"DAEMON", [](const HostEvidence& host) { return running(host, "daemon"); }},
    Column{"FACTS", &age_of},
    Column{"VERSION", [](const HostEvidence& host) { return fact(host, "om.version"); }},
    Column{"URL", &url_of, Place::below_first},
    Column{"HEADER", [](const HostEvidence& host) { return fact(host, "remote_ip_header"); }, Place::below_first},
    Column{"DATABASE", [](const HostEvidence& host) { return fact(host, "uri.set"); }, Place::below_first},
};

constexpr std::array columns_of_fleet = {
    Column{"HOST", [](const HostEvidence& host) { return host.name.empty() ? host.address : host.name; }},
    Column{"KEY", &key_of},
    Column{"VERSION", &version_of},
    Column{"WEB", [](const HostEvidence& host) { return running(host, "web"); }},
    Column{"DAEMON", [](const HostEvidence& host) { return running(host, "daemon"); }},
    Column{"GATE", &gate_of, Place::below_if_narrow},
    Column{"BACKUP", &backup_of, Place::below_if_narrow},
    Column{"AGENT", [](const HostEvidence& host) { return fact(host, "agent.version"); }, Place::below_if_narrow},
    Column{"FACTS", &age_of},
    Column{"URL", &url_of, Place::below_first},
    Column{"HEADER", [](const HostEvidence& host) { return fact(host, "remote_ip_header"); }, Place::below_first},
    Column{"DATABASE", [](const HostEvidence& host) { return fact(host, "uri.set"); }, Place::below_first},
};

std::vector<Column> known_columns(std::span<const Column> columns, const std::vector<HostEvidence>& hosts) {
  std::vector<Column> known;
  std::ranges::copy_if(columns, std::back_inserter(known), [&](const Column& column) {
    return std::ranges::any_of(hosts, [&](const HostEvidence& host) { return column.cell(host) != "-"; });
  });
  return known;
}

std::vector<Row> rows_of(const std::vector<HostEvidence>& hosts, const std::vector<Column>& shown) {
  std::vector<Row> rows(1);
  for (const Column& column : shown) rows.front().emplace_back(column.heading);
  for (const HostEvidence& host : hosts) {
    Row& row = rows.emplace_back();
    for (const Column& column : shown) row.push_back(column.cell(host));
  }
  return rows;
}

std::vector<std::string> aligned_rows(const std::vector<HostEvidence>& hosts, const std::vector<Column>& shown) {
  return aligned(rows_of(hosts, shown));
}

bool fits(const std::vector<std::string>& lines) {
  return std::ranges::all_of(lines, [](const std::string& line) { return line.size() <= line_width; });
}

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

void add_below(const HostEvidence& host, const std::vector<Column>& below, std::vector<std::string>& lines) {
  std::string text;
  for (const Column& column : below) {
    const std::string cell = column.cell(host);
    if (cell == "-") continue;
    const std::string heading = column.heading;
    text += (text.empty() ? "" : ", ") + (heading == "URL" ? heading : lower(heading)) + " " + cell;
  }
  if (text.empty()) return;
  std::istringstream rest(std::string(remark_indent, ' ') + wrapped(text, remark_indent, remark_indent));
  for (std::string line; std::getline(rest, line);) lines.push_back(line);
}

std::vector<std::string> table_of(const std::vector<HostEvidence>& hosts, std::span<const Column> columns) {
  std::vector<Column> in_row = known_columns(columns, hosts);
  std::vector<Column> below;
  auto narrow = aligned_rows(hosts, in_row);
  for (const Place place : {Place::below_first, Place::below_if_narrow}) {
    if (fits(narrow)) break;
    std::ranges::copy_if(in_row, std::back_inserter(below), [&](const Column& one) { return one.place == place; });
    std::erase_if(in_row, [&](const Column& one) { return one.place == place; });
    narrow = aligned_rows(hosts, in_row);
  }
  std::vector<std::string> lines = {narrow.front()};
  for (std::size_t at = 0; at < hosts.size(); ++at) {
    lines.push_back(narrow.at(at + 1));
    add_below(hosts.at(at), below, lines);
  }
  return lines;
}

}  // namespace

std::vector<std::string> host_table(const std::vector<HostEvidence>& hosts) {
  return table_of(hosts, columns_of_doctor);
}

std::vector<Row> host_cells(const std::vector<HostEvidence>& hosts) {
  return rows_of(hosts, known_columns(columns_of_doctor, hosts));
}

std::vector<std::string> fleet_table(const std::vector<HostEvidence>& hosts) {
  return table_of(hosts, columns_of_fleet);
}

}  // namespace agent
