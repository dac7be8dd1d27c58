// SPDX-License-Identifier: ISC
#include "agent/backups/settings_diff.h"

#include <algorithm>
#include <map>
#include <optional>

namespace agent {

namespace {

// Blanks as Java counts them. The CR is there for files that were edited on Windows.
constexpr std::string_view blanks = " \t\f\r";
constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_";
// Longer words are not names of settings, and may be part of a secret.
constexpr std::size_t longest_name = 200;

std::string_view without_blanks_before(std::string_view text) {
  return text.substr(std::min(text.find_first_not_of(blanks), text.size()));
}

bool is_comment(std::string_view line, SettingsSyntax syntax) {
  const std::string_view text = without_blanks_before(line);
  return text.starts_with('#') || (syntax == SettingsSyntax::properties && text.starts_with('!'));
}

// An even number of backslashes at the end stands for backslashes and continues nothing.
bool ends_with_odd_backslashes(std::string_view line) {
  if (line.ends_with('\r')) line.remove_suffix(1);
  const auto last = line.find_last_not_of('\\');
  return (line.size() - (last == std::string_view::npos ? 0 : last + 1)) % 2 == 1;
}

// Follows a shell's quotes across lines: single quotes, double quotes, backslashes and comments. Nothing else of the
// shell is understood; a wrong guess shows as a change without a name and never as a value.
class Quotes {
 public:
  /// Whether a command goes on behind this line.
  bool goes_on_behind(std::string_view line) {
    for (std::size_t at = 0; at < line.size(); ++at) {
      const char c = line[at];
      // A comment ends the line, whatever quotes are in it.
      if (open_ == '\0' && c == '#' && (at == 0 || blanks.find(line[at - 1]) != std::string_view::npos)) return false;
      if (c == '\\' && open_ != '\'') {
        ++at;
      } else if (open_ == '\0' && (c == '\'' || c == '"')) {
        open_ = c;
      } else if (c == open_) {
        open_ = '\0';
      }
    }
    return open_ != '\0' || ends_with_odd_backslashes(line);
  }

 private:
  char open_ = '\0';
};

// Splits a text into entries. An entry is a line with all the lines that continue it.
std::vector<std::string_view> entries_of(std::string_view text, SettingsSyntax syntax) {
  std::vector<std::string_view> entries;
  Quotes quotes;
  std::size_t begin = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view line = text.substr(at, end - at);
    // In properties a comment is never continued; inside an entry, "#" is part of the value.
    const bool first = at == begin;
    const bool goes_on = syntax == SettingsSyntax::shell
                             ? quotes.goes_on_behind(line)
                             : ends_with_odd_backslashes(line) && !(first && is_comment(line, syntax));
    at = std::min(end + 1, text.size());
    if (goes_on && at < text.size()) continue;
    entries.push_back(text.substr(begin, end - begin));
    begin = at;
  }
  return entries;
}

// Gives a name only if it is made of the letters of names. Any other text might be part of a value and is never shown.
std::optional<std::string> plain_name(std::string_view name, std::string_view more) {
  const bool plain = !name.empty() && name.size() <= longest_name && (name.front() < '0' || name.front() > '9') &&
                     std::ranges::all_of(name, [&](char c) {
                       return letters.find(c) != std::string_view::npos || more.find(c) != std::string_view::npos;
                     });
  return plain ? std::optional(std::string(name)) : std::nullopt;
}

std::optional<std::string> property_name(std::string_view entry) {
  const std::string_view name = entry.substr(0, entry.find_first_of(" \t\f=:"));
  const std::string_view rest = without_blanks_before(entry.substr(name.size()));
  // Java would take a blank alone as the separator too. Such a line may be part of a secret, so it gets no name.
  return rest.starts_with('=') || rest.starts_with(':') ? plain_name(name, ".-") : std::nullopt;
}

std::optional<std::string> variable_name(std::string_view entry) {
  constexpr std::string_view exported = "export ";
  if (entry.starts_with(exported)) entry = without_blanks_before(entry.substr(exported.size()));
  const auto end = entry.find('=');
  return end == std::string_view::npos ? std::nullopt : plain_name(entry.substr(0, end), "");
}

struct Settings {
  std::map<std::string, std::vector<std::string_view>> named;
  std::vector<std::string_view> others;
};

Settings settings_of(std::string_view text, SettingsSyntax syntax) {
  Settings settings;
  for (const std::string_view whole : entries_of(text, syntax)) {
    // Indentation changes no setting, so it must not show as a change.
    const std::string_view entry = without_blanks_before(whole);
    auto name = is_comment(entry, syntax)              ? std::nullopt
                : syntax == SettingsSyntax::properties ? property_name(entry)
                                                       : variable_name(entry);
    if (name) {
      settings.named[*std::move(name)].push_back(entry);
    } else if (!entry.empty()) {
      // An entry without a name can only be compared, in its order, and reported as "elsewhere".
      settings.others.push_back(entry);
    }
  }
  return settings;
}

}  // namespace

NameChanges compare_settings(std::string_view before, std::string_view after, SettingsSyntax syntax) {
  const Settings old = settings_of(before, syntax);
  const Settings fresh = settings_of(after, syntax);
  NameChanges changes{.elsewhere = old.others != fresh.others};
  for (const auto& [name, entries] : fresh.named) {
    const auto found = old.named.find(name);
    if (found == old.named.end()) changes.added.push_back(name);
    // A setting may be repeated; the last one counts. All of them are compared, so no change is missed.
    if (found != old.named.end() && found->second != entries) changes.changed.push_back(name);
  }
  for (const auto& [name, entries] : old.named) {
    if (!fresh.named.contains(name)) changes.removed.push_back(name);
  }
  return changes;
}

}  // namespace agent
