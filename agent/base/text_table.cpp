// SPDX-License-Identifier: ISC
#include "agent/base/text_table.h"

#include <algorithm>
#include <sstream>

namespace agent {

namespace {

// The bytes that continue a character of UTF-8 take no place of their own.
std::size_t width_of(const std::string& text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U; }));
}

std::string blanks(std::size_t count) { return std::string(count, ' '); }

// Several blanks stand between the columns of a table, and a line is not broken there.
std::vector<std::string> words_of(const std::string& text) {
  std::vector<std::string> words;
  std::size_t begin = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const bool single =
        text[at] == ' ' && at > begin && text[at - 1] != ' ' && at + 1 < text.size() && text[at + 1] != ' ';
    if (!single) continue;
    words.push_back(text.substr(begin, at - begin));
    begin = at + 1;
  }
  words.push_back(text.substr(begin));
  return words;
}

}  // namespace

std::string wrapped(const std::string& text, std::size_t first_column, std::size_t indent) {
  std::string lines;
  std::size_t column = first_column;
  bool at_start = true;
  for (const std::string& word : words_of(text)) {
    const std::size_t width = width_of(word);
    if (!at_start && column + 1 + width > line_width) {
      lines += "\n" + blanks(indent);
      column = indent;
      at_start = true;
    }
    lines += (at_start ? "" : " ") + word;
    column += width + (at_start ? 0 : 1);
    at_start = false;
  }
  return lines;
}

std::vector<std::string> aligned(const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()), 0);
    for (std::size_t column = 0; column < row.size(); ++column)
      widths[column] = std::max(widths[column], width_of(row[column]));
  }
  std::vector<std::string> lines;
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t column = 0; column < row.size(); ++column)
      line += row[column] + blanks(widths[column] - width_of(row[column]) + 2);
    lines.push_back(line.substr(0, line.find_last_not_of(' ') + 1));
  }
  return lines;
}

void LabelledRows::add(const std::string& label, const std::string& value) {
  const std::string shown = label == last_label_ ? "" : label;
  last_label_ = label;
  text_ += shown + blanks(label_width - width_of(shown)) + value + "\n";
}

}  // namespace agent
