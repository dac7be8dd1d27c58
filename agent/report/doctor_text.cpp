// SPDX-License-Identifier: ISC
#include "agent/report/doctor_text.h"

#include <algorithm>
#include <sstream>

#include "agent/base/text_table.h"
#include "agent/report/database_table.h"
#include "agent/report/doctor_blocks.h"
#include "agent/report/doctor_hosts.h"

namespace agent {

namespace {

// Where the texts of a finding begin: behind the columns of group and result.
constexpr std::size_t group_width = 11;
constexpr std::size_t result_width = 9;
constexpr std::size_t details_column = group_width + result_width;
constexpr std::size_t label_width = 10;
// Beyond this, the rest of the objects of a finding are only counted.
constexpr std::size_t objects_listed = 12;

using Block = DoctorBlock;

std::string padded(std::string text, std::size_t width) {
  if (text.size() < width) text.append(width - text.size(), ' ');
  return text;
}

void add_lines(std::vector<std::string>& lines, const std::string& text) {
  std::istringstream parts(text);
  for (std::string line; std::getline(parts, line);) lines.push_back(line);
}

// A sentence behind its label. Continued lines stand below its beginning.
void add_labelled(std::vector<std::string>& lines, std::size_t column, const std::string& label,
                  std::string_view text) {
  if (text.empty()) return;
  const std::size_t begin = column + label_width;
  add_lines(lines, std::string(column, ' ') + padded(label, label_width) + wrapped(std::string(text), begin, begin));
}

// A command stands alone on its line, ready to be pasted, however long it is.
void add_fix(std::vector<std::string>& lines, std::size_t column, std::string_view fix) {
  if (fix.empty()) return;
  std::istringstream parts{std::string(fix)};
  bool first = true;
  for (std::string line; std::getline(parts, line); first = false) {
    const bool whole = line.starts_with("  ");
    if (first && whole) lines.push_back(std::string(column, ' ') + "to fix this:");
    const std::string text = (first && !whole ? "to fix this, " : "") + line;
    add_lines(lines, std::string(column, ' ') + (whole ? text : wrapped(text, column, column)));
  }
}

std::string word_of(DoctorResult result) {
  switch (result) {
    case DoctorResult::fault: return "FAULT";
    case DoctorResult::risk: return "RISK";
    case DoctorResult::unknown:
    case DoctorResult::note:
    case DoctorResult::accepted:
    case DoctorResult::ok: return std::string(doctor_results.of(result));
  }
  __builtin_unreachable();
}

// As in status: letters and ground both have a colour, so that they can be read on every terminal.
std::string result_cell(DoctorResult result, bool colour) {
  const std::string word = word_of(result);
  const std::string rest(result_width - word.size(), ' ');
  const char* begin = result == DoctorResult::fault ? "\x1b[1;37;41m" : "\x1b[30;43m";
  const bool is_coloured = colour && (result == DoctorResult::fault || result == DoctorResult::risk);
  return (is_coloured ? begin + word + "\x1b[0m" : word) + rest;
}

void add_evidence(std::vector<std::string>& lines, const Block& block) {
  const bool several = block.findings.size() > 1;
  std::size_t listed = 0;
  for (const DoctorFinding* finding : block.findings) {
    if (finding->evidence.empty() || listed == objects_listed) continue;
    const std::string text = several ? finding->object + ": " + finding->evidence : finding->evidence;
    add_labelled(lines, details_column, listed++ == 0 ? "evidence:" : "", text);
  }
}

// Only what is wrong needs the whole of it.
void add_details(std::vector<std::string>& lines, const Block& block, const DoctorStyle& style) {
  const DoctorFinding& first = block.first();
  const CatalogueEntry& entry = entry_for(first.id);
  if (waits_for_a_person(first)) {
    lines.push_back(std::string(details_column + 2, ' ') + style.explain_command(first.id));
    return;
  }
  add_evidence(lines, block);
  add_labelled(lines, details_column, "needs:", first.needs);
  for (const std::string& reason : reasons_of(block)) add_labelled(lines, details_column, "reason:", reason);
  if (first.result != DoctorResult::fault && first.result != DoctorResult::risk) return;
  add_labelled(lines, details_column, "effect:", entry.consequence);
  add_fix(lines, details_column, first.fix.empty() ? entry.fix : std::string_view(first.fix));
  add_labelled(lines, details_column, "page:", entry.page.title);
}

void add_block(std::vector<std::string>& lines, const Block& block, const DoctorStyle& style) {
  std::string ids;
  for (const std::string& id : ids_of(block)) ids += (ids.empty() ? "" : " ") + id;
  const std::string group(doctor_groups.of(entry_for(block.first().id).group));
  const std::string begin = padded(group, group_width) + result_cell(block.first().result, style.colour);
  constexpr std::size_t ids_beside = 20;  // more of them leave no room for a sentence
  const std::size_t column = details_column + (ids.size() > ids_beside ? 0 : ids.size() + 2);
  const std::string headline = wrapped(headline_of(block, objects_listed), column, column);
  if (ids.size() > ids_beside) {
    add_lines(lines, begin + wrapped(ids, details_column, details_column));
    add_lines(lines, std::string(details_column, ' ') + headline);
  } else {
    add_lines(lines, begin + ids + "  " + headline);
  }
  add_details(lines, block, style);
}

std::string count_of(std::size_t count, const char* one, const char* several) {
  return std::to_string(count) + " " + (count == 1 ? one : several);
}

}  // namespace

std::string doctor_summary(const DoctorReport& report) {
  const DoctorCounts counts = counts_of(report.findings);
  const auto of = [&](DoctorResult result) { return counts.at(static_cast<std::size_t>(result)); };
  std::string text = count_of(of(DoctorResult::fault), "fault", "faults") + ", " +
                     count_of(of(DoctorResult::risk), "risk", "risks") + ", " +
                     std::to_string(of(DoctorResult::unknown)) + " not checked";
  if (of(DoctorResult::note) > 0) text += ", " + count_of(of(DoctorResult::note), "note", "notes");
  if (of(DoctorResult::accepted) > 0) text += ", " + std::to_string(of(DoctorResult::accepted)) + " accepted";
  return text + ", " + count_of(of(DoctorResult::ok), "as it should be", "as they should be");
}

std::vector<std::string> doctor_lines(const DoctorReport& report, const DoctorStyle& style) {
  std::vector<std::string> lines;
  for (const Block& block : blocks_of(report, style.all)) {
    add_block(lines, block, style);
    lines.emplace_back();
  }
  for (std::string& line : host_table(with_lists(report.hosts, report.databases))) lines.push_back(std::move(line));
  lines.emplace_back();
  for (std::string& line : database_table(report.databases)) lines.push_back(std::move(line));
  if (!report.databases.empty()) lines.emplace_back();
  add_lines(lines, wrapped(doctor_summary(report), 0, 0));
  const bool hides = counts_of(report.findings).at(static_cast<std::size_t>(DoctorResult::ok)) > 0 && !style.all;
  if (hides) add_lines(lines, "  to see all of them:\n    " + style.all_command);
  return lines;
}

std::vector<std::string> catalogue_lines(std::span<const CatalogueEntry> entries) {
  std::vector<std::string> lines;
  for (const CatalogueEntry& entry : entries) {
    std::string results;
    for (const DoctorResult result : entry.results)
      results += (results.empty() ? "" : ", ") + std::string(doctor_results.of(result));
    lines.push_back(std::string(entry.id) + "  " + padded(std::string(doctor_groups.of(entry.group)), group_width) +
                    results);
    constexpr std::size_t indent = 7;
    add_lines(lines, std::string(indent, ' ') + wrapped(std::string(entry.title), indent, indent));
    if (!entry.page.title.empty())
      add_lines(lines, std::string(indent, ' ') + wrapped("page: " + std::string(entry.page.title), indent, indent));
  }
  return lines;
}

std::vector<std::string> explanation_of(const CatalogueEntry& entry) {
  constexpr std::size_t column = 2;
  std::string results;
  for (const DoctorResult result : entry.results)
    results += (results.empty() ? "" : ", ") + std::string(doctor_results.of(result));
  std::vector<std::string> lines;
  add_lines(lines, std::string(entry.id) + "  " + wrapped(std::string(entry.title), entry.id.size() + column, column));
  add_labelled(lines, column, "group:", doctor_groups.of(entry.group));
  add_labelled(lines, column, "result:", results);
  add_labelled(lines, column, "checked:", entry.check);
  add_labelled(lines, column, "effect:", entry.consequence);
  add_fix(lines, column, entry.fix);
  add_labelled(lines, column, "page:", entry.page.title);
  add_labelled(lines, column, "", entry.page.url);
  return lines;
}

}  // namespace agent
