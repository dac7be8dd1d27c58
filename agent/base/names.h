// SPDX-License-Identifier: ISC
// The names of an enum's values, as people type and read them. A value without a name does not compile, so that nobody
// adds a value and forgets the parser, the help or the report.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "platform/base/enum_count.h"

namespace agent {

template <class Enum>
class Names {
 public:
  /// One name for each value, in the order of the values.
  template <class... Text>
  explicit consteval Names(Text... names) : names_{std::string_view(names)...} {
    static_assert(sizeof...(names) == platform::enum_count<Enum>(), "every value has a name");
  }

  [[nodiscard]] std::string_view of(Enum value) const { return names_.at(static_cast<std::size_t>(value)); }

  [[nodiscard]] std::optional<Enum> find(std::string_view name) const {
    const auto* const found = std::ranges::find(names_, name);
    if (found == names_.end()) return std::nullopt;
    return static_cast<Enum>(found - names_.begin());
  }

  [[nodiscard]] std::span<const std::string_view> all() const { return names_; }

  /// For a sentence: "raw, hex or base64".
  [[nodiscard]] std::string as_text() const {
    std::string text(names_.front());
    for (std::size_t at = 1; at < names_.size(); ++at)
      text.append(at + 1 == names_.size() ? " or " : ", ").append(names_.at(at));
    return text;
  }
  /// For the help, and for the completion, which takes it apart again: "raw|hex|base64".
  [[nodiscard]] std::string as_choice() const {
    std::string text(names_.front());
    for (std::size_t at = 1; at < names_.size(); ++at) text.append("|").append(names_.at(at));
    return text;
  }

 private:
  std::array<std::string_view, platform::enum_count<Enum>()> names_;
};

}  // namespace agent
