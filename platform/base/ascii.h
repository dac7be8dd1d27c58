// SPDX-License-Identifier: ISC
// Text as ASCII: case and blanks, byte by byte. <cctype> asks the locale, and what is compared here must not depend on
// where a program runs. Bytes beyond ASCII stay as they are and are never blank.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

namespace platform {

inline char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

inline std::string lower(std::string_view text) {
  std::string small(text);
  std::ranges::transform(small, small.begin(), [](char c) { return lower(c); });
  return small;
}

inline bool is_same_without_case(std::string_view left, std::string_view right) {
  const auto small = [](char c) { return lower(c); };
  return std::ranges::equal(left, right, {}, small, small);
}

/// Without the `blanks` around it.
inline std::string_view trimmed(std::string_view text, std::string_view blanks) {
  const auto first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) + 1 - first);
}

}  // namespace platform
