// SPDX-License-Identifier: ISC
#include "agent/doctor/message_fields.h"

#include <algorithm>

#include "agent/base/doctor_limits.h"

namespace agent {

bool is_printable(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
}

bool is_short(std::string_view text) { return text.size() <= limits::http_text && is_printable(text); }

bool is_hex(std::string_view text, std::size_t most) {
  return text.size() <= most && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

bool is_host(std::string_view text) {
  const auto is_letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("-._:").find(c) != std::string_view::npos;
  };
  return !text.empty() && text.size() <= limits::name_length && std::ranges::all_of(text, is_letter);
}

bool is_member_name(std::string_view text) {
  const auto is_plain = [](char c) {
    return c > ' ' && c <= '~' && std::string_view("\"'<>\\/@").find(c) == std::string_view::npos;
  };
  return !text.empty() && text.size() <= limits::member_name && std::ranges::all_of(text, is_plain);
}

}  // namespace agent
