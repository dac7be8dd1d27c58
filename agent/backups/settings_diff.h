// What changed between two files of settings, told by the names of the settings and never by their values.
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
  bool elsewhere = false;  // in comments, and in lines whose name cannot be told for sure

  [[nodiscard]] bool any() const { return elsewhere || !added.empty() || !changed.empty() || !removed.empty(); }
  bool operator==(const NameChanges&) const = default;
};

/// Only what is plainly a name is taken for one: a line of a value that goes on is none, whatever stands in it.
NameChanges compare_settings(std::string_view before, std::string_view after, SettingsSyntax syntax);

}  // namespace agent
