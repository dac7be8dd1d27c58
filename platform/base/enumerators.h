// How many enumerators an enum has, so that a table indexed by the enum is checked when it is compiled, and a loop
// over all of them needs no last one by name.
//
// For enums that count from 0 without gaps. C++20 cannot list enumerators, but GCC and clang spell a value that has a
// name with that name, and any other as a number in a cast: "agent::Reason::no_key" and "(agent::Reason)11".
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace platform {

template <auto Value>
consteval bool is_enumerator() {
  constexpr std::string_view function = __PRETTY_FUNCTION__;
  constexpr std::string_view last_word = function.substr(function.find_last_of(":)") + 1);
  return last_word.front() != '-' && (last_word.front() < '0' || last_word.front() > '9');
}

/// One more than the last value; for an enum that does not begin at 0, `First` is the value that it begins with.
template <class Enum, std::size_t First = 0>
consteval std::size_t enumerators() {
  if constexpr (is_enumerator<static_cast<Enum>(First)>()) {
    return enumerators<Enum, First + 1>();
  } else {
    return First;
  }
}

/// In their order.
template <class Enum>
consteval auto all_of() {
  std::array<Enum, enumerators<Enum>()> all{};
  for (std::size_t at = 0; at < all.size(); ++at) all.at(at) = static_cast<Enum>(at);
  return all;
}

}  // namespace platform
