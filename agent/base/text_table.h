// SPDX-License-Identifier: ISC
// Aligned text for a terminal. Widths are counted in characters of UTF-8; nothing here knows what the cells mean.
#pragma once

#include <string>
#include <vector>

namespace agent {

/// What fits on every terminal. A single word that is longer, such as a path, goes beyond it.
inline constexpr std::size_t line_width = 80;

/// Breaks the text between words, so that each line fits. `indent` stands before each line but the first.
std::string wrapped(const std::string& text, std::size_t first_column, std::size_t indent);

/// Rows of cells: each column as wide as its widest cell, two blanks between columns, none at the end of a line. The
/// rows may have different numbers of cells.
std::vector<std::string> aligned(const std::vector<std::vector<std::string>>& rows);

/// Rows with a label and a value: "gate         allowed 3 days ago". A repeated label is left out, and a long value
/// goes on below itself.
class LabelledRows {
 public:
  static constexpr std::size_t label_width = 13;
  void add(const std::string& label, const std::string& value);
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  std::string text_;
  std::string last_label_;
};

}  // namespace agent
