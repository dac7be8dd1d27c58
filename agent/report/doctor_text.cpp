// SPDX-License-Identifier: ISC
#include "agent/report/doctor_text.h"

#include <algorithm>
#include <sstream>

#include "agent/base/text_table.h"
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

// Findings that are shown together: the same finding of several objects, or unknown ones that lack the same.
struct Block {
  std::vector<const DoctorFinding*> findings;
  [[nodiscard]] const DoctorFinding& first() const { return *findings.front(); }
};

bool waits_for_a_person(const DoctorFinding& finding) {
  return finding.result == DoctorResult::unknown && finding.needs == needs_attestation &&
         entry_for(finding.id).only_attested;
}

bool belong_together(const DoctorFinding& left, const DoctorFinding& right) {
  if (left.result != right.result) return false;
  if (left.result != DoctorResult::unknown) return left.id == right.id && left.fix == right.fix;
  if (waits_for_a_person(left) || waits_for_a_person(right))
    return waits_for_a_person(left) && waits_for_a_person(right);
  return entry_for(left.id).group == entry_for(right.id).group && left.needs == right.needs;
}

std::vector<Block> blocks_of(const DoctorReport& report, bool all) {
  std::vector<Block> blocks;
  for (const DoctorFinding& finding : report.findings) {
    if (finding.result == DoctorResult::ok && !all) continue;
    const auto block =
        std::ranges::find_if(blocks, [&](const Block& each) { return belong_together(each.first(), finding); });
    if (block == blocks.end())
      blocks.push_back({{&finding}});
    else
      block->findings.push_back(&finding);
  }
  return blocks;
}

template <class Text>
std::vector<std::string> distinct(const Block& block, Text text) {
  std::vector<std::string> found;
  for (const DoctorFinding* finding : block.findings) {
    if (std::ranges::find(found, text(*finding)) == found.end()) found.emplace_back(text(*finding));
  }
  return found;
}

std::string objects_of(const Block& block) {
  const auto objects = distinct(block, [](const DoctorFinding& finding) { return finding.object; });
  std::string text;
  for (std::size_t at = 0; at < std::min(objects.size(), objects_listed); ++at)
    text += (at == 0 ? "" : ", ") + objects.at(at);
  if (objects.size() > objects_listed) text += " and " + std::to_string(objects.size() - objects_listed) + " more";
  return text;
}

std::vector<std::string> ids_of(const Block& block) {
  return distinct(block, [](const DoctorFinding& finding) { return std::string(finding.id); });
}

std::string headline_of(const Block& block) {
  const CatalogueEntry& entry = entry_for(block.first().id);
  if (waits_for_a_person(block.first()))
    return block.findings.size() == 1 ? "only a person can attest this:" : "only a person can attest these:";
  // A check may not know the object, for example which URL the load balancer has.
  const std::string objects = objects_of(block);
  const std::string about = objects.empty() ? "" : objects + ": ";
  if (block.first().result == DoctorResult::ok) return about + std::string(entry.right);
  if (block.first().result != DoctorResult::unknown) return about + std::string(entry.title);
  if (ids_of(block).size() > 1) return about + "could not be checked";
  // What can only be unknown says itself what is not known.
  if (entry.results.size() == 1 && !entry.only_attested) return about + std::string(entry.title);
  return about + "could not check whether " + std::string(entry.title);
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
  for (const std::string& reason : distinct(block, [](const DoctorFinding& finding) { return finding.reason; }))
    add_labelled(lines, details_column, "reason:", reason);
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
  const std::string headline = wrapped(headline_of(block), column, column);
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
  for (std::string& line : host_table(report.hosts)) lines.push_back(std::move(line));
  lines.emplace_back();
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
