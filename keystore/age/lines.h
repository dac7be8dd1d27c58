// SPDX-License-Identifier: ISC
// Files of recipients or identities: one on each line, with empty lines and comments between them.
#pragma once

#include <cstddef>
#include <string_view>

#include "platform/base/ascii.h"

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
    line = platform::trimmed(line, blank);
    if (line.empty() || line.front() == '#') continue;
    if (!use(line, number)) return;
  }
}

}  // namespace keystore::age
