// SPDX-License-Identifier: ISC
#include "agent/config/toml_table.h"

namespace agent {

using platform::ErrorKind;
using platform::Path;

void TomlTable::truth(std::string_view key, bool& out) {
  if (const toml::node* node = take(key)) {
    if (const auto value = node->value_exact<bool>())
      out = *value;
    else
      wrong(*node, key, node->is_string() ? "true or false, without quotes" : "true or false");
  }
}

void TomlTable::number(std::string_view key, const char* expected, std::size_t most, std::size_t& out) {
  const toml::node* node = take(key);
  if (node == nullptr) return;
  const auto value = node->value_exact<std::int64_t>();
  if (!value || *value < 1 || std::cmp_greater(*value, most)) return wrong(*node, key, expected);
  out = static_cast<std::size_t>(*value);
}

void TomlTable::path(std::string_view key, std::optional<Path>& out, PathRule& problem_of) {
  const toml::node* node = take(key);
  if (node == nullptr) return;
  const auto value = text_in(*node, key, "", "an absolute path");
  if (!value) return;
  Path path(*value);
  if (const auto problem = problem_of(path)) return set(*node, key, name_of(key) + ": " + *problem);
  if (!path.is_absolute()) return wrong(*node, key, "an absolute path");
  out = std::move(path);
}

std::vector<std::uint32_t> TomlTable::lines_of(std::string_view key) const {
  std::vector<std::uint32_t> lines;
  const toml::node* node = table_.get(key);
  if (node == nullptr || !node->is_array()) return lines;
  for (const toml::node& entry : *node->as_array()) lines.push_back(entry.source().begin.line);
  return lines;
}

std::uint32_t TomlTable::line_of(std::string_view key) const {
  const toml::node* node = table_.get(key);
  return node == nullptr ? 0 : node->source().begin.line;
}

void TomlTable::refuse(std::string_view key, const std::string& what) {
  if (const toml::node* node = take(key)) set(*node, key, name_of(key) + " " + what);
}

void TomlTable::finish() {
  for (const auto& [key, node] : table_) {
    if (std::ranges::find(taken_, key.str()) != taken_.end()) continue;
    const bool shown = may_repeat(key.str());
    const std::string what = shown ? "unknown key " + name_of(key.str()) : "unknown key, whose name is not repeated";
    set(node, key.str(), what + did_you_mean_aside(nearest_word(key.str(), taken_), prefix_));
  }
}

const toml::node* TomlTable::take(std::string_view key) {
  taken_.push_back(key);
  return table_.get(key);
}

std::optional<std::string> TomlTable::text_in(const toml::node& node, std::string_view key, const std::string& entry,
                                              const char* expected) {
  auto value = node.value_exact<std::string>();
  if (!value || value->empty()) {
    wrong(node, key, expected);
    return std::nullopt;
  }
  if (const auto form = secret_form(*value)) {
    set(node, key,
        name_of(key) + entry + " looks like " + std::string(*form) + ", which is secret; expected " + expected);
    return std::nullopt;
  }
  return value;
}

void TomlTable::set(const toml::node& node, std::string_view key, const std::string& what) {
  const std::string line = std::to_string(node.source().begin.line);
  mistakes_.push_back({{ErrorKind::configuration, std::string(origin_) + ":" + line + ": " + what},
                       bearing_of(prefix_ + std::string(key))});
}

}  // namespace agent
