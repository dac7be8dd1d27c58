// SPDX-License-Identifier: ISC
#include "agent/report/html_text.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace agent {

namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";

struct Character {
  std::uint32_t code = 0;
  std::size_t size = 0;  // in bytes; 0: not UTF-8
};

std::size_t size_after(unsigned char first) {
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return 2;
  if (first >= 0xE0 && first <= 0xEF) return 3;
  if (first >= 0xF0 && first <= 0xF4) return 4;
  return 0;
}

// RFC 3629: neither overlong forms nor surrogates, nothing above U+10FFFF.
Character first_of(std::string_view text) {
  const auto first = static_cast<unsigned char>(text.front());
  const std::size_t size = size_after(first);
  if (size == 0 || size > text.size()) return {};
  if (size == 1) return {first, 1};
  std::uint32_t code = first & (0xFFU >> (size + 1));
  for (std::size_t at = 1; at < size; ++at) {
    const auto byte = static_cast<unsigned char>(text[at]);
    if ((byte & 0xC0U) != 0x80) return {};
    code = (code << 6U) | (byte & 0x3FU);
  }
  const bool is_overlong = (size == 3 && code < 0x800) || (size == 4 && code < 0x10000);
  const bool is_surrogate = code >= 0xD800 && code <= 0xDFFF;
  return is_overlong || is_surrogate || code > 0x10FFFF ? Character{} : Character{code, size};
}

bool is_shown(std::uint32_t code) {
  const bool is_control = (code < 0x20 && code != '\n') || (code >= 0x7F && code < 0xA0);
  const bool turns_text = (code >= 0x200E && code <= 0x200F) || (code >= 0x202A && code <= 0x202E) ||
                          (code >= 0x2066 && code <= 0x2069) || code == 0x061C;
  // The last two of each plane are no characters.
  return !is_control && !turns_text && (code & 0xFFFEU) != 0xFFFE;
}

}  // namespace

std::string html_text(std::string_view text) {
  std::string html;
  while (!text.empty()) {
    const Character next = first_of(text);
    const std::size_t size = std::max<std::size_t>(next.size, 1);
    if (next.size == 0 || !is_shown(next.code))
      html += replacement;
    else if (next.code == '&')
      html += "&amp;";
    else if (next.code == '<')
      html += "&lt;";
    else if (next.code == '>')
      html += "&gt;";
    else if (next.code == '"')
      html += "&quot;";
    else if (next.code == '\'')
      html += "&#39;";
    else
      html += text.substr(0, size);
    text.remove_prefix(size);
  }
  return html;
}

}  // namespace agent
