// SPDX-License-Identifier: ISC
// Files of recipients or identities: one on each line, with empty lines and comments between them.
#pragma once

#include <cstddef>
#include <string_view>

namespace keystore::age {

/// Calls `use(line, number)` for each line that is neither empty nor a comment, without its end (LF or CRLF) and the
/// white space around it. Stops when a call returns false.
template <class Use>
void for_each_entry(std::string_view text, Use use) {
  constexpr std::string_view blank = " \t\r";
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    const std::size_t first = line.find_first_not_of(blank);
    if (first == std::string_view::npos || line[first] == '#') continue;
    line = line.substr(first, line.find_last_not_of(blank) + 1 - first);
    if (!use(line, number)) return;
  }
}

}  // namespace keystore::age
