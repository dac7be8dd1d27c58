// SPDX-License-Identifier: ISC
#include "agent/doctor_program/page.h"

#include <algorithm>

#include "agent/base/doctor_limits.h"
#include "agent/doctor_program/same_origin.h"

namespace agent::doctor_program {

namespace {

// The value of the attribute whose name ends before `at`, where the equals sign stands. Empty without quotes.
std::string_view value_at(std::string_view page, std::size_t at) {
  const std::string_view rest = page.substr(at + 1, limits::http_path + 2);
  if (rest.empty() || (rest.front() != '"' && rest.front() != '\'')) return {};
  const auto end = rest.find(rest.front(), 1);
  return end == std::string_view::npos ? std::string_view() : rest.substr(1, end - 1);
}

}  // namespace

std::string asset_in(const HttpOrigin& origin, std::string_view path, std::string_view page) {
  for (auto at = page.find('='); at != std::string_view::npos; at = page.find('=', at + 1)) {
    const std::string_view before = page.substr(0, at);
    if (!before.ends_with("src") && !before.ends_with("href")) continue;
    const auto found = path_within(origin, path, value_at(page, at));
    if (found && (found->ends_with(".js") || found->ends_with(".css"))) return *found;
  }
  return "";
}

std::string printable(std::string_view text) {
  std::string shown(text.substr(0, limits::http_text));
  std::ranges::replace_if(
      shown, [](char c) { return c < ' ' || c > '~'; }, '?');
  return shown;
}

}  // namespace agent::doctor_program
