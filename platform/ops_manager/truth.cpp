// SPDX-License-Identifier: ISC
#include "platform/ops_manager/truth.h"

#include <algorithm>

namespace platform {

namespace {

std::u16string_view trimmed(std::u16string_view value) {
  constexpr std::u16string_view blanks = u" \t\r\n\f\v";
  const auto first = value.find_first_not_of(blanks);
  if (first == std::u16string_view::npos) return {};
  return value.substr(first, value.find_last_not_of(blanks) - first + 1);
}

}  // namespace

bool is_true(std::u16string_view value) {
  return std::ranges::equal(trimmed(value), std::u16string_view(u"true"), [](char16_t left, char16_t right) {
    return (left >= u'A' && left <= u'Z' ? left - u'A' + u'a' : left) == right;
  });
}

bool switches_preflight_off(std::u16string_view value) { return !trimmed(value).empty() && !is_true(value); }

}  // namespace platform
