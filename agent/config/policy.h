// SPDX-License-Identifier: ISC
// The gate's policy, and how it is found in a configuration that is not TOML.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "agent/base/names.h"

namespace agent {

/// When the gate refuses a start. `normal` is spelled "default", which is a reserved word in C++.
enum class Policy : std::uint8_t { off, warn, local, normal, majority, strict };
inline constexpr Names<Policy> policy_names("off", "warn", "local", "default", "majority", "strict");

/// Whether a start is never refused under this policy.
bool refuses_nothing(Policy policy);

struct PolicyInLines {
  std::optional<Policy> policy;  // nothing when no line names one, or a line is wrong
  std::optional<std::string> mistake;
  std::size_t line = 0;  // of the mistake, from 1
};
/// Looks only at the lines of the table [gate], each by itself, so that a slip elsewhere does not turn "warn" into a
/// refused start. Two different policies are a mistake: nobody can tell which of them was meant.
PolicyInLines policy_in_lines(std::string_view text);

}  // namespace agent
