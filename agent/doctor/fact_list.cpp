// SPDX-License-Identifier: ISC
#include "agent/doctor/fact_list.h"

#include <algorithm>
#include <array>
#include <utility>

namespace agent {

namespace {

// As agent/protocol/facts.h says.
constexpr std::size_t longest_name = 64;
constexpr std::size_t longest_value = 1024;

constexpr std::array escapes = {std::pair(' ', std::string_view("%20")), std::pair(',', std::string_view("%2C")),
                                std::pair('%', std::string_view("%25"))};

}  // namespace

void FactList::add(std::string_view name, std::string value) {
  const bool printable = std::ranges::all_of(value, [](char c) { return c >= ' ' && c <= '~'; });
  if (!printable || name.size() > longest_name || value.size() > longest_value) return;
  facts_.insert_or_assign(std::string(name), std::move(value));
}

void FactList::add(const Facts& facts) {
  for (const auto& [name, value] : facts) add(name, value);
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text.append(text.empty() ? "" : ",").append(word);
  return text;
}

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  while (!text.empty()) {
    const auto end = std::min(text.find(','), text.size());
    if (end > 0) words.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

std::string word_for(const platform::Error& error) {
  if (error.kind == platform::ErrorKind::denied) return "denied";
  return error.kind == platform::ErrorKind::configuration ? "refused" : "unreadable";
}

std::string escaped_word(std::string_view text) {
  std::string word;
  for (const char c : text) {
    const auto* const escape = std::ranges::find(escapes, c, &decltype(escapes)::value_type::first);
    word += escape == escapes.end() ? std::string(1, c) : std::string(escape->second);
  }
  return word;
}

std::optional<std::string> unescaped_word(std::string_view word) {
  std::string text;
  while (!word.empty()) {
    const auto* const escape = std::ranges::find(escapes, word.substr(0, 3), &decltype(escapes)::value_type::second);
    const bool is_escape = escape != escapes.end();
    if (!is_escape && escaped_word(word.substr(0, 1)).size() > 1) return std::nullopt;
    text += is_escape ? escape->first : word.front();
    word.remove_prefix(is_escape ? 3 : 1);
  }
  return text;
}

bool has_word(std::string_view text, std::string_view word) {
  const auto words = words_of(text);
  return std::ranges::find(words, word) != words.end();
}

}  // namespace agent
