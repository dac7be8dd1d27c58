// SPDX-License-Identifier: ISC
#include "platform/ops_manager/mms_properties.h"

#include <algorithm>
#include <array>

#include "platform/ops_manager/java_properties.h"

namespace platform {

namespace {

// Boolean.parseBoolean ignores case but not white space. Ops Manager may trim the value first, and nobody outside
// knows: "true " counts as true, because overlooking encrypted credentials costs a database.
bool is_true(std::u16string_view value) {
  constexpr std::u16string_view blanks = u" \t\r\n\f\v";
  const auto first = value.find_first_not_of(blanks);
  if (first == std::u16string_view::npos) return false;
  const auto trimmed = value.substr(first, value.find_last_not_of(blanks) - first + 1);
  return std::ranges::equal(trimmed, std::u16string_view(u"true"), [](char16_t left, char16_t right) {
    return (left >= u'A' && left <= u'Z' ? left - u'A' + u'a' : left) == right;
  });
}

}  // namespace

Result<MmsProperties> parse_mms_properties(std::string_view text) {
  constexpr std::array<std::u16string_view, 2> names = {u"mongo.encryptedCredentials", u"mms.preflight.run"};
  const auto values = TRY(java_properties(text, names));
  MmsProperties properties;
  properties.encrypted_credentials = values[0] && is_true(*values[0]);
  properties.preflight_off = values[1] && !is_true(*values[1]);
  return properties;
}

}  // namespace platform
