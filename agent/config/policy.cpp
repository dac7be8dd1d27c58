// SPDX-License-Identifier: ISC
#include "agent/config/policy.h"

#include <algorithm>

#include "platform/base/ascii.h"
#include "platform/base/text_encoding.h"

namespace agent {

namespace {

constexpr std::string_view blank = " \t\r\n";

std::string_view trimmed(std::string_view text) { return platform::trimmed(text, blank); }

// What stands between the brackets of "[gate]", also with blanks or a comment. An array of tables is not the table.
std::string_view table_in(std::string_view line) { return trimmed(line.substr(1, line.find(']') - 1)); }

// The value of `policy = "warn"`; nothing for any other line.
std::optional<std::string_view> policy_value_in(std::string_view line, std::string_view table) {
  const std::string_view key = table == "gate" ? "policy" : "gate.policy";
  if ((table != "gate" && !table.empty()) || !line.starts_with(key)) return std::nullopt;
  line = trimmed(line.substr(key.size()));
  if (!line.starts_with('=')) return std::nullopt;
  return trimmed(line.substr(1));
}

// A word in quotes, and behind it nothing but a comment.
std::optional<Policy> policy_named(std::string_view value) {
  if (value.empty() || (value.front() != '"' && value.front() != '\'')) return std::nullopt;
  const auto end = value.find(value.front(), 1);
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view rest = trimmed(value.substr(end + 1));
  if (!rest.empty() && !rest.starts_with('#')) return std::nullopt;
  return policy_names.find(value.substr(1, end - 1));
}

}  // namespace

bool refuses_nothing(Policy policy) { return policy == Policy::off || policy == Policy::warn; }

PolicyInLines policy_in_lines(std::string_view text) {
  text = platform::without_mark(text);
  PolicyInLines found;
  std::string_view table;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const auto end = std::min(text.find('\n'), text.size() - 1);
    const std::string_view line = trimmed(text.substr(0, end + 1));
    text.remove_prefix(end + 1);
    if (line.starts_with('[')) table = table_in(line);
    const auto value = policy_value_in(line, table);
    if (!value) continue;
    const auto policy = policy_named(*value);
    if (!policy) return {.policy = {}, .mistake = "must be " + policy_names.as_text(), .line = number};
    if (found.policy && *found.policy != *policy) return {.policy = {}, .mistake = "is there twice", .line = number};
    found.policy = policy;
  }
  return found;
}

}  // namespace agent
