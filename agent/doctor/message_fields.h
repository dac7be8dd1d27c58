// SPDX-License-Identifier: ISC
// What the messages of genkey-agent-doctor have in common: checks of the texts in them, and enums.
#pragma once

#include <string_view>

#include "agent/base/secret_fields.h"
#include "platform/base/enum_count.h"

namespace agent {

bool is_printable(std::string_view text);
/// Printable ASCII within limits::http_text.
bool is_short(std::string_view text);
bool is_hex(std::string_view text, std::size_t most);
/// A name or a numeric address, as far as its characters go.
bool is_host(std::string_view text);
/// As a replica set names a member: "db1.example.com:27017".
bool is_member_name(std::string_view text);

template <class Enum>
bool read_enum(FieldReader& in, Enum& value) {
  const auto number = in.number<unsigned>();
  if (number >= platform::enum_count<Enum>()) return false;
  value = static_cast<Enum>(number);
  return true;
}

}  // namespace agent
