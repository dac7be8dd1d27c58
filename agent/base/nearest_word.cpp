// SPDX-License-Identifier: ISC
#include "agent/base/nearest_word.h"

#include <algorithm>
#include <cstddef>
#include <numeric>

#include "platform/base/ascii.h"

namespace agent {

namespace {

// Longer than every word of the program. It bounds the work for a word that somebody pasted.
constexpr std::size_t longest_typed = 64;
constexpr std::size_t most_edits = 3;
constexpr std::size_t shortest_beginning = 3;

// A third of the longer word. Two edits turn "ad" into every word of two letters.
std::size_t allowed_edits(std::size_t left, std::size_t right) {
  return std::clamp<std::size_t>(std::max(left, right) / 3, 1, most_edits);
}

// The optimal string alignment distance, row by row. A swap needs the row before the last one.
std::size_t edits_between(std::string_view from, std::string_view to) {
  std::vector<std::size_t> before(to.size() + 1);
  std::vector<std::size_t> last(to.size() + 1);
  std::vector<std::size_t> row(to.size() + 1);
  std::iota(last.begin(), last.end(), std::size_t{0});
  for (std::size_t at = 1; at <= from.size(); ++at) {
    row[0] = at;
    for (std::size_t other = 1; other <= to.size(); ++other) {
      const std::size_t changed = last[other - 1] + (from[at - 1] == to[other - 1] ? 0 : 1);
      row[other] = std::min({last[other] + 1, row[other - 1] + 1, changed});
      const bool swapped = at > 1 && other > 1 && from[at - 1] == to[other - 2] && from[at - 2] == to[other - 1];
      if (swapped) row[other] = std::min(row[other], before[other - 2] + 1);
    }
    std::swap(before, last);
    std::swap(last, row);
  }
  return last.back();
}

bool is_beginning(std::string_view typed, std::string_view word) {
  return typed.size() >= shortest_beginning && word.starts_with(typed);
}

}  // namespace

std::optional<std::string_view> nearest_word(std::string_view typed, std::span<const std::string_view> known) {
  if (typed.size() > longest_typed) return std::nullopt;
  const std::string small = platform::lower(typed);
  std::optional<std::string_view> nearest;
  std::size_t fewest = most_edits + 1;
  for (const std::string_view word : known) {
    const std::size_t edits = edits_between(small, platform::lower(word));
    if (edits > allowed_edits(typed.size(), word.size()) || edits >= fewest) continue;
    nearest = word;
    fewest = edits;
  }
  if (nearest) return nearest;
  const auto found = std::ranges::find_if(
      known, [&small](std::string_view word) { return is_beginning(small, platform::lower(word)); });
  return found == known.end() ? std::nullopt : std::optional(*found);
}

std::optional<std::string_view> nearest_word(std::string_view typed, const std::vector<std::string>& known) {
  const std::vector<std::string_view> views(known.begin(), known.end());
  return nearest_word(typed, views);
}

std::string did_you_mean(const std::optional<std::string_view>& meant) {
  return meant ? "; did you mean '" + std::string(*meant) + "'?" : "";
}

std::string did_you_mean_aside(const std::optional<std::string_view>& meant, std::string_view prefix) {
  return meant ? " (did you mean \"" + std::string(prefix) + std::string(*meant) + "\"?)" : "";
}

}  // namespace agent
