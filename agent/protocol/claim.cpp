#include "agent/protocol/claim.h"

#include <algorithm>

#include "agent/base/limits.h"

namespace agent {

namespace {

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

bool is_plain_address(std::string_view address) {
  return address.size() <= limits::address_length && consists_of_letters_digits_and(address, "._-:[]%");
}

}  // namespace agent
