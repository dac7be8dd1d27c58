// SPDX-License-Identifier: ISC
#include "platform/base/text_encoding.h"

#include <algorithm>

#include "platform/base/bytes.h"

namespace platform {

namespace {

constexpr std::string_view mark = "\xef\xbb\xbf";

// Everything that is read here begins with ASCII. In UTF-16 every other byte of that is zero.
bool is_utf16(std::string_view text) {
  if (text.starts_with("\xff\xfe") || text.starts_with("\xfe\xff")) return true;
  if (text.size() < 4) return false;
  const auto zeros = [&](std::size_t first) { return text[first] == '\0' && text[first + 2] == '\0'; };
  const auto letters = [&](std::size_t first) { return text[first] != '\0' && text[first + 2] != '\0'; };
  return (letters(0) && zeros(1)) || (zeros(0) && letters(1));
}

}  // namespace

bool has_mark(std::string_view text) { return text.starts_with(mark); }

std::string_view without_mark(std::string_view text) { return has_mark(text) ? text.substr(mark.size()) : text; }

Result<std::string_view> utf8_text(std::string_view text, const std::string& what, ErrorKind kind) {
  if (is_utf16(text)) return fail(kind, what + " is UTF-16 text; save it as UTF-8");
  return without_mark(text);
}

Result<SecretBytes> utf8_text(SecretBytes text, const std::string& what, ErrorKind kind) {
  const std::string_view whole = text_of(text.reveal());
  const std::string_view plain = TRY(utf8_text(whole, what, kind));
  if (plain.size() == whole.size()) return text;
  SecretBytes rest(plain.size());
  std::ranges::copy(view_of(plain), rest.reveal_for_writing().begin());
  return rest;
}

}  // namespace platform
