// SPDX-License-Identifier: ISC
#include "agent/report/doctor_hosts.h"

#include <algorithm>
#include <array>
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

struct Column {
  const char* heading;
  std::string (*cell)(const HostEvidence& host);
  bool may_stand_below = false;  // it is long, and means something without its heading
};

constexpr std::array columns = {
    Column{"HOST", [](const HostEvidence& host) { return host.name.empty() ? host.address : host.name; }},
    Column{"KEY", &key_of},
    Column{"WEB", [](const HostEvidence& host) { return running(host, "web"); }},
    Column{"DAEMON", [](const HostEvidence& host) { return running(host, "daemon"); }},
    Column{"FACTS", &age_of},
    Column{"VERSION", [](const HostEvidence& host) { return fact(host, "om.version"); }},
    Column{"URL", &url_of, true},
    Column{"HEADER", [](const HostEvidence& host) { return fact(host, "remote_ip_header"); }, true},
    Column{"DATABASE", [](const HostEvidence& host) { return fact(host, "uri.set"); }, true},
};

std::vector<Column> known_columns(const std::vector<HostEvidence>& hosts) {
  std::vector<Column> known;
  std::ranges::copy_if(columns, std::back_inserter(known), [&](const Column& column) {
    return std::ranges::any_of(hosts, [&](const HostEvidence& host) { return column.cell(host) != "-"; });
  });
  return known;
}

std::vector<std::string> aligned_rows(const std::vector<HostEvidence>& hosts, const std::vector<Column>& shown) {
  std::vector<Row> rows(1);
  for (const Column& column : shown) rows.front().emplace_back(column.heading);
  for (const HostEvidence& host : hosts) {
    Row& row = rows.emplace_back();
    for (const Column& column : shown) row.push_back(column.cell(host));
  }
  return aligned(rows);
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

}  // namespace

std::vector<std::string> host_table(const std::vector<HostEvidence>& hosts) {
  std::vector<Column> known = known_columns(hosts);
  auto lines = aligned_rows(hosts, known);
  if (fits(lines)) return lines;
  std::vector<Column> below;
  std::ranges::copy_if(known, std::back_inserter(below), &Column::may_stand_below);
  std::erase_if(known, [](const Column& column) { return column.may_stand_below; });
  const auto narrow = aligned_rows(hosts, known);
  lines = {narrow.front()};
  for (std::size_t at = 0; at < hosts.size(); ++at) {
    lines.push_back(narrow.at(at + 1));
    add_below(hosts.at(at), below, lines);
  }
  return lines;
}

}  // namespace agent
