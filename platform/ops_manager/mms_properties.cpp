// SPDX-License-Identifier: ISC
#include "platform/ops_manager/mms_properties.h"

#include <algorithm>
#include <cctype>

namespace platform {

namespace {

// The white space of java.util.Properties, and the carriage return, which ends a line there.
constexpr std::string_view blanks = " \t\f\r";

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

bool says(std::string_view value, std::string_view word) {
  // Java's Boolean.parseBoolean ignores case.
  return std::ranges::equal(
      value, word, [](char left, char right) { return std::tolower(static_cast<unsigned char>(left)) == right; });
}

bool continues(std::string_view line) {
  const auto last = line.find_last_not_of('\\');
  const std::size_t backslashes = line.size() - (last == std::string_view::npos ? 0 : last + 1);
  // An even number of backslashes is made of escaped ones, and the line ends there.
  return backslashes % 2 == 1;
}

// Java accepts "key=value", "key: value" and "key value".
void take(std::string_view line, MmsProperties& properties) {
  if (line.empty() || line.front() == '#' || line.front() == '!') return;
  const std::string_view key = line.substr(0, line.find_first_of(" \t\f=:"));
  std::string_view value = trimmed(line.substr(key.size()));
  if (value.starts_with('=') || value.starts_with(':')) value = trimmed(value.substr(1));
  // Later lines overwrite earlier ones, as in Java.
  if (key == "mongo.encryptedCredentials") properties.encrypted_credentials = says(value, "true");
  if (key == "mms.preflight.run") properties.preflight_off = says(value, "false");
}

}  // namespace

MmsProperties parse_mms_properties(std::string_view text) {
  MmsProperties properties;
  bool continued = false;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    // A continued line belongs to the value before it and cannot set a property.
    if (!continued) take(trimmed(line), properties);
    const std::string_view bare = line.ends_with('\r') ? line.substr(0, line.size() - 1) : line;
    const bool is_comment = trimmed(line).starts_with('#') || trimmed(line).starts_with('!');
    // Java does not continue comments.
    continued = continues(bare) && (continued || !is_comment);
  }
  return properties;
}

}  // namespace platform
