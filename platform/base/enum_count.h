// SPDX-License-Identifier: ISC
// How many enumerators an enum has, so that a table can assert that it has a row for each. Written out as a last
// enumerator, the count would be a value that every switch has to handle.
//
// The enumerators must count up from the first without a gap. The compiler's own text for a template argument tells
// them apart from other values: GCC and clang write the name of an enumerator, and a cast of a number for anything
// else.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace platform {

template <auto Value>
consteval bool is_enumerator() {
  const std::string_view text = __PRETTY_FUNCTION__;  // "... Value = agent::StoreAct::put]", "... (agent::StoreAct)9]"
  const char behind_cast = text[text.rfind(')') + 1];
  return behind_cast < '0' || behind_cast > '9';
}

/// For an enum that begins with another number, `Count` is that number, and the result is one more than the last.
template <class Enum, std::size_t Count = 0>
consteval std::size_t enum_count() {
  if constexpr (is_enumerator<static_cast<Enum>(Count)>()) {
    return enum_count<Enum, Count + 1>();
  } else {
    return Count;
  }
}

/// All enumerators in order, of an enum that begins with 0.
template <class Enum>
consteval auto all_of() {
  std::array<Enum, enum_count<Enum>()> all{};
  for (std::size_t at = 0; at < all.size(); ++at) all.at(at) = static_cast<Enum>(at);
  return all;
}

}  // namespace platform
