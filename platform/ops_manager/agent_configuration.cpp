// SPDX-License-Identifier: ISC
#include "platform/ops_manager/agent_configuration.h"

#include <algorithm>

#include "platform/base/ascii.h"
#include "platform/base/bytes.h"
#include "platform/files/file.h"

namespace platform {

namespace {

constexpr std::string_view blanks = " \t\r\f\v";
constexpr std::size_t longest_url = 1024;

std::string_view value_of(std::string_view line) {
  constexpr std::string_view name = "mmsBaseUrl";
  line = trimmed(line, blanks);
  if (!line.starts_with(name)) return {};
  line = trimmed(line.substr(name.size()), blanks);
  return line.starts_with('=') ? trimmed(line.substr(1), blanks) : std::string_view();
}

bool may_be_shown(std::string_view value) {
  return value.size() <= longest_url && value.find('@') == std::string_view::npos &&
         std::ranges::all_of(value, [](char c) { return c >= ' ' && c <= '~'; });
}

}  // namespace

Path agent_configuration_file(const Path& root) { return root / "etc" / "mongodb-mms" / "automation-agent.config"; }

std::optional<std::string> base_url_in(std::string_view text) {
  std::string_view found;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    const std::string_view value = value_of(text.substr(0, end));
    if (!value.empty()) found = value;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return !found.empty() && may_be_shown(found) ? std::optional<std::string>(found) : std::nullopt;
}

Result<std::optional<std::string>> read_base_url(const Path& file) {
  const auto content = read_secret_file(file, agent_configuration_size);
  if (!content && content.error().kind == ErrorKind::not_found) return std::optional<std::string>("");
  if (!content) return tl::unexpected(content.error());
  return base_url_in(text_of(content->content.reveal()));
}

}  // namespace platform
