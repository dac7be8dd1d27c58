// SPDX-License-Identifier: ISC
#include "agent/doctor_program/same_origin.h"

#include "platform/base/ascii.h"

namespace agent::doctor_program {

namespace {

std::uint16_t implied_port(const HttpOrigin& origin) { return origin.tls ? https_port : http_port; }

// "https:", "mailto:": letters before a colon that comes before any slash.
bool has_scheme(std::string_view reference) {
  const auto colon = reference.find(':');
  return colon != std::string_view::npos && colon < reference.find('/');
}

}  // namespace

std::optional<std::string> path_within(const HttpOrigin& origin, std::string_view path, std::string_view reference) {
  reference = reference.substr(0, reference.find_first_of("?#"));
  const std::string own = text_of(origin);
  const std::string with_port = own + ":" + std::to_string(implied_port(origin));
  for (const std::string& prefix : {with_port, own}) {
    if (!platform::is_same_without_case(reference.substr(0, prefix.size()), prefix)) continue;
    const std::string_view rest = reference.substr(prefix.size());
    if (!rest.empty() && !rest.starts_with('/')) continue;
    reference = rest.empty() ? "/" : rest;
    break;
  }
  if (reference.empty() || reference.starts_with("//") || has_scheme(reference)) return std::nullopt;
  std::string found(reference);
  if (!reference.starts_with('/')) found = std::string(path.substr(0, path.rfind('/') + 1)).append(reference);
  if (!is_http_path(found)) return std::nullopt;
  return found;
}

}  // namespace agent::doctor_program
