// SPDX-License-Identifier: ISC
#include "agent/report/database_table.h"

#include <algorithm>
#include <array>
#include <iomanip>
#include <sstream>

#include "agent/base/text_table.h"

namespace agent {

namespace {

using Row = std::vector<std::string>;

constexpr std::array headings = {"SET", "MEMBER", "STATE", "VOTES", "PRIORITY", "FACILITY", "ROUND TRIP"};
// The first ones stay in the row when it is too wide.
constexpr std::size_t kept = 3;
constexpr std::size_t indent = 4;

std::string number(double value) {
  std::ostringstream text;
  text << value;
  return text.str();
}

std::string milliseconds(std::chrono::microseconds time) {
  std::ostringstream text;
  text << std::fixed << std::setprecision(1) << std::chrono::duration<double, std::milli>(time).count() << " ms";
  return text.str();
}

Row row_of(const SeenDatabase& database, const SeenMember& member) {
  return {database.object,
          member.name,
          member.state + (member.hidden ? ", hidden" : ""),
          member.votes ? std::to_string(*member.votes) : "-",
          member.priority ? number(*member.priority) : "-",
          member.facility.value_or("-"),
          member.round_trip ? milliseconds(*member.round_trip) : "-"};
}

std::vector<Row> rows_of(const std::vector<SeenDatabase>& databases) {
  std::vector<Row> rows;
  for (const SeenDatabase& database : databases) {
    for (const SeenMember& member : database.members) rows.push_back(row_of(database, member));
    if (database.members.empty()) rows.push_back({database.object, "-", "not asked", "-", "-", "-", "-"});
  }
  return rows;
}

// By their numbers, without those about which no row says anything.
std::vector<std::size_t> known_columns(const std::vector<Row>& rows) {
  std::vector<std::size_t> known;
  for (std::size_t column = 0; column < headings.size(); ++column) {
    if (std::ranges::any_of(rows, [&](const Row& row) { return row.at(column) != "-"; })) known.push_back(column);
  }
  return known;
}

std::vector<Row> cells_of(const std::vector<Row>& rows, const std::vector<std::size_t>& columns) {
  std::vector<Row> table(1);
  for (const std::size_t column : columns) table.front().emplace_back(headings.at(column));
  for (const Row& row : rows) {
    Row& shown = table.emplace_back();
    for (const std::size_t column : columns) shown.push_back(row.at(column));
  }
  return table;
}

void add_below(const Row& row, const std::vector<std::size_t>& columns, std::vector<std::string>& lines) {
  std::string text;
  for (const std::size_t column : columns) {
    if (column < kept || row.at(column) == "-") continue;
    std::string heading = headings.at(column);
    std::ranges::transform(heading, heading.begin(), [](unsigned char c) { return std::tolower(c); });
    text.append(text.empty() ? "" : ", ").append(heading).append(" ").append(row.at(column));
  }
  if (text.empty()) return;
  std::istringstream rest(std::string(indent, ' ') + wrapped(text, indent, indent));
  for (std::string line; std::getline(rest, line);) lines.push_back(line);
}

}  // namespace

std::vector<std::string> database_table(const std::vector<SeenDatabase>& databases) {
  const std::vector<Row> rows = rows_of(databases);
  if (rows.empty()) return {};
  const auto columns = known_columns(rows);
  auto wide = aligned(cells_of(rows, columns));
  if (std::ranges::all_of(wide, [](const std::string& line) { return line.size() <= line_width; })) return wide;
  std::vector<std::size_t> first;
  std::ranges::copy_if(columns, std::back_inserter(first), [](std::size_t column) { return column < kept; });
  const auto narrow = aligned(cells_of(rows, first));
  std::vector<std::string> lines = {narrow.front()};
  for (std::size_t at = 0; at < rows.size(); ++at) {
    lines.push_back(narrow.at(at + 1));
    add_below(rows.at(at), columns, lines);
  }
  return lines;
}

std::vector<std::vector<std::string>> database_cells(const std::vector<SeenDatabase>& databases) {
  const std::vector<Row> rows = rows_of(databases);
  return rows.empty() ? std::vector<Row>() : cells_of(rows, known_columns(rows));
}

std::vector<HostEvidence> with_lists(std::vector<HostEvidence> hosts, const std::vector<SeenDatabase>& databases) {
  for (const SeenDatabase& database : databases) {
    for (HostEvidence& host : hosts) {
      const auto list = database.lists.find(host.name);
      if (list == database.lists.end() || !host.facts) continue;
      host.facts->insert_or_assign("uri.set", database.object + " (lists " + list->second + " members)");
    }
  }
  return hosts;
}

}  // namespace agent
