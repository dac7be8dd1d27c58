// SPDX-License-Identifier: ISC
// What changed between two files of settings, by the names of the settings. Their values are never shown.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace agent {

enum class SettingsSyntax : std::uint8_t {
  properties,  // Java's: NAME=VALUE, a backslash at the end of a line continues it
  shell,       // NAME=VALUE or export NAME=VALUE at the beginning of a command
};

struct NameChanges {
  std::vector<std::string> added;
  std::vector<std::string> changed;
  std::vector<std::string> removed;
  bool elsewhere = false;  // in comments, or in lines whose name is not certain

  [[nodiscard]] bool any() const { return elsewhere || !added.empty() || !changed.empty() || !removed.empty(); }
  bool operator==(const NameChanges&) const = default;
};

/// A name is shown only if it is certainly a name. The further lines of a value are never taken for settings, whatever
/// they look like, because they may hold a secret.
NameChanges compare_settings(std::string_view before, std::string_view after, SettingsSyntax syntax);

}  // namespace agent
