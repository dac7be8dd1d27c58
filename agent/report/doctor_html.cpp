// SPDX-License-Identifier: ISC
#include "agent/report/doctor_html.h"

#include <algorithm>
#include <span>
#include <sstream>
#include <string_view>

#include "agent/report/database_table.h"
#include "agent/report/doctor_blocks.h"
#include "agent/report/doctor_hosts.h"
#include "agent/report/doctor_html_style.h"
#include "agent/report/html_text.h"
#include "platform/base/enum_count.h"

namespace agent {

namespace {

// Nothing is loaded and nothing runs, whatever a name in the report is.
constexpr std::string_view policy = "default-src 'none'; style-src 'unsafe-inline'";

// Beyond this, the rest of the objects are only counted in the line that is always seen.
constexpr std::size_t objects_in_summary = 12;

struct Words {
  std::string_view several;  // "faults", as a heading and behind a number
  std::string_view one;
  std::string_view meaning;
};

Words words_for(DoctorResult result) {
  switch (result) {
    case DoctorResult::fault: return {"faults", "fault", "broken or unsafe now"};
    case DoctorResult::risk: return {"risks", "risk", "a failure would stop it, or it does not do what was meant"};
    case DoctorResult::unknown: return {"not checked", "not checked", "something is missing: neither good nor bad"};
    case DoctorResult::note: return {"notes", "note", "worth knowing, harmless or normal"};
    case DoctorResult::accepted: return {"accepted", "accepted", "found, and accepted in the configuration"};
    case DoctorResult::ok: return {"as they should be", "as it should be", "checked and right, or attested"};
  }
  __builtin_unreachable();
}

// A clause as a sentence, unless it begins with a name such as genkey-agent or mms.centralUrl.
std::string capital(std::string_view text) {
  const std::string_view first = text.substr(0, text.find(' '));
  const auto is_letter = [](char c) { return c >= 'a' && c <= 'z'; };
  std::string begun(text);
  if (!first.empty() && std::ranges::all_of(first, is_letter))
    begun.front() = static_cast<char>(begun.front() - 'a' + 'A');
  return begun;
}

// What stands at the head of one finding.
std::string_view label_of(DoctorResult result) {
  switch (result) {
    case DoctorResult::fault: return "Fault";
    case DoctorResult::risk: return "Risk";
    case DoctorResult::unknown: return "Not checked";
    case DoctorResult::note: return "Note";
    case DoctorResult::accepted: return "Accepted";
    case DoctorResult::ok: return "OK";
  }
  __builtin_unreachable();
}

std::string element(std::string_view name, std::string_view text) {
  return "<" + std::string(name) + ">" + html_text(text) + "</" + std::string(name) + ">";
}

std::string own_name(const DoctorReport& report) { return report.hosts.empty() ? "" : report.hosts.front().name; }

std::string head(const DoctorReport& report) {
  return "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
         "<meta http-equiv=\"Content-Security-Policy\" content=\"" +
         std::string(policy) + "\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n" +
         element("title", "genkey-agent doctor on " + own_name(report) + ", " + platform::format_time(report.taken)) +
         "\n<style>" + std::string(doctor_style) + "</style>\n</head>\n<body>\n";
}

std::string counts(const DoctorReport& report) {
  const DoctorCounts counts = counts_of(report.findings);
  std::string html = "<ul class=\"counts\">\n";
  for (const DoctorResult result : platform::all_of<DoctorResult>()) {
    const std::size_t count = counts.at(static_cast<std::size_t>(result));
    const Words words = words_for(result);
    html += "<li class=\"" + std::string(doctor_results.of(result)) + (count == 0 ? " none" : "") + "\">" +
            element("b", std::to_string(count)) + " " + element("i", count == 1 ? words.one : words.several) + " " +
            html_text(words.meaning) + "</li>\n";
  }
  return html + "</ul>\n";
}

std::string beginning(const DoctorReport& report, const std::vector<Message>& warnings, std::string_view version) {
  std::string html = element("h1", "Is this Ops Manager highly available?") + "\n<p class=\"soft\">" +
                     html_text("genkey-agent doctor on " + own_name(report) + ", " +
                               platform::format_time(report.taken) + ", version " + std::string(version)) +
                     "</p>\n";
  if (!report.complete)
    html +=
        "<p class=\"warning\">This run left something out, such as groups of findings, the network or the other hosts. "
        "It does not describe the whole installation.</p>\n";
  for (const Message& warning : warnings) html += "<p class=\"warning\">" + html_text(on_one_line(warning)) + "</p>\n";
  return html + counts(report);
}

void add_row(std::string& html, std::string_view label, const std::string& content) {
  if (!content.empty()) html += element("dt", label) + "<dd>" + content + "</dd>\n";
}

// Lines that begin with two blanks are commands, or text for a file, and stay together as they are.
std::string fix_of(std::string_view fix) {
  std::istringstream lines{std::string(fix)};
  std::string html;
  bool is_open = false;
  for (std::string line; std::getline(lines, line);) {
    const bool is_whole = line.starts_with("  ");
    if (is_open) html += is_whole ? "\n" : "</pre>";
    if (is_whole && !is_open) html += "<pre>";
    html += is_whole ? html_text(std::string_view(line).substr(2)) : element("p", capital(line));
    is_open = is_whole;
  }
  return html + (is_open ? "</pre>" : "");
}

// What was seen of each object. Unknown findings that lack the same are told apart by their ids.
std::string evidence_of(const DoctorBlock& block) {
  if (block.findings.size() == 1) return html_text(block.first().evidence);
  const bool several_ids = ids_of(block).size() > 1;
  std::string html;
  for (const DoctorFinding* finding : block.findings) {
    if (finding->evidence.empty() && !several_ids) continue;
    html += "<li>";
    if (several_ids) html += element("code", finding->id) + " ";
    std::string said = finding->object;
    if (several_ids) said += (said.empty() ? "" : ": ") + what_is_unknown(entry_for(finding->id));
    if (!finding->evidence.empty()) said += (said.empty() ? "" : ": ") + finding->evidence;
    html += html_text(said) + "</li>";
  }
  return html.empty() ? "" : "<ul>" + html + "</ul>";
}

std::string page_of(const DoctorPage& page) {
  if (page.title.empty()) return "";
  return "<a rel=\"noreferrer\" href=\"" + html_text(page.url) + "\">" + html_text(page.title) + "</a>";
}

bool is_wrong(DoctorResult result) { return result == DoctorResult::fault || result == DoctorResult::risk; }

void add_block(std::string& html, const DoctorBlock& block) {
  const DoctorFinding& first = block.first();
  const CatalogueEntry& entry = entry_for(first.id);
  const std::string name(doctor_results.of(first.result));
  html += "<details class=\"" + name + "\"" + (is_wrong(first.result) ? " open" : "") + "><summary>";
  html += element("b", label_of(first.result));
  for (const std::string& id : ids_of(block)) html += " " + element("code", id);
  std::string headline = headline_of(block, objects_in_summary);
  if (headline.ends_with(':')) headline.pop_back();  // a command follows on a terminal
  html += " " + html_text(headline) + "</summary>\n<dl>\n";
  add_row(html, first.result == DoctorResult::unknown ? "what could not be checked" : "evidence", evidence_of(block));
  add_row(html, "what is missing", html_text(first.needs));
  for (const std::string& reason : reasons_of(block)) add_row(html, "reason", html_text(reason));
  const bool is_one = ids_of(block).size() == 1;
  if (is_wrong(first.result)) add_row(html, "what follows", html_text(capital(entry.consequence)));
  if (is_wrong(first.result)) add_row(html, "to fix this", fix_of(first.fix.empty() ? entry.fix : first.fix));
  if (is_one) add_row(html, "how it is checked", html_text(entry.check));
  if (is_one) add_row(html, "the vendor's page", page_of(entry.page));
  html += "</dl>\n</details>\n";
}

std::string findings_of(const DoctorReport& report) {
  std::string html;
  const DoctorResult* before = nullptr;
  const std::vector<DoctorBlock> blocks = blocks_of(report, true);
  for (const DoctorBlock& block : blocks) {
    const DoctorResult& result = block.first().result;
    if (before == nullptr || *before != result) html += element("h2", capital(words_for(result).several)) + "\n";
    before = &result;
    add_block(html, block);
  }
  return html;
}

// The first row has the headings, which stand beside each cell where the page is narrow.
std::string table_of(std::string_view heading, std::span<const std::vector<std::string>> rows) {
  if (rows.size() < 2) return "";
  std::string html = element("h2", heading) + "\n<table>\n<thead><tr>";
  for (const std::string& name : rows.front()) html += element("th", name);
  html += "</tr></thead>\n<tbody>\n";
  for (const auto& row : rows.subspan(1)) {
    html += "<tr>";
    for (std::size_t at = 0; at < row.size(); ++at)
      html += "<td data-heading=\"" + html_text(rows.front().at(at)) + "\">" + html_text(row.at(at)) + "</td>";
    html += "</tr>\n";
  }
  return html + "</tbody>\n</table>\n";
}

}  // namespace

std::string doctor_html(const DoctorReport& report, const std::vector<Message>& warnings, std::string_view version) {
  return head(report) + beginning(report, warnings, version) + findings_of(report) +
         table_of("Hosts", host_cells(with_lists(report.hosts, report.databases))) +
         table_of("Databases", database_cells(report.databases)) + "</body>\n</html>";
}

}  // namespace agent
