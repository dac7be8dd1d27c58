// SPDX-License-Identifier: ISC
#include "agent/protocol/claim.h"

#include <algorithm>

#include "agent/base/limits.h"

namespace agent {

namespace {

// A list of what is allowed: peers choose these texts, and they are shown on root's terminal, in logs, in commands to
// type, in JSON and in metrics. By bytes and not by isalnum(), whose answer depends on the locale.
bool consists_of_letters_digits_and(std::string_view text, std::string_view marks) {
  return std::ranges::all_of(text, [marks](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           marks.find(c) != std::string_view::npos;
  });
}

}  // namespace

bool is_plain_name(std::string_view name) {
  return name.size() <= limits::name_length && consists_of_letters_digits_and(name, "._-");
}

// '%' begins the zone of a link-local IPv6 address (RFC 4007, 11).
bool is_plain_address(std::string_view address) {
  return address.size() <= limits::address_length && consists_of_letters_digits_and(address, "._-:[]%");
}

}  // namespace agent
