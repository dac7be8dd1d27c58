// SPDX-License-Identifier: ISC
#include "agent/protocol/facts.h"

#include <algorithm>

#include "agent/base/limits.h"

namespace agent {

namespace {

// By bytes, because the answer of isalnum() depends on the locale.
bool may_be_in_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_';
}

// Values are printed on root's terminal.
bool is_printable(char c) { return c >= ' ' && c <= '~'; }

std::size_t size_of(std::string_view name, std::string_view value) {
  return 2 * sizeof(std::uint16_t) + name.size() + value.size();
}

constexpr std::size_t head_size = sizeof(std::uint32_t) + sizeof(std::uint16_t);  // age and count
constexpr std::size_t room = limits::facts_size - head_size;

}  // namespace

bool is_fact(std::string_view name, std::string_view value) {
  return !name.empty() && name.size() <= limits::fact_name && value.size() <= limits::fact_value &&
         std::ranges::all_of(name, may_be_in_name) && std::ranges::all_of(value, is_printable);
}

bool are_valid(const Facts& facts) {
  std::size_t size = 0;
  for (const auto& [name, value] : facts) {
    if (!is_fact(name, value)) return false;
    size += size_of(name, value);
  }
  return facts.size() <= limits::facts && size <= room;
}

Facts within_limits(const Facts& facts) {
  Facts kept;
  std::size_t size = 0;
  for (const auto& [name, value] : facts) {
    if (!is_fact(name, value) || size + size_of(name, value) > room) continue;
    if (kept.size() == limits::facts) break;
    size += size_of(name, value);
    kept.emplace(name, value);
  }
  return kept;
}

const std::string* fact_in(const Facts& facts, std::string_view name) {
  const auto found = facts.find(name);
  return found == facts.end() ? nullptr : &found->second;
}

void write(ByteWriter& out, const Facts& facts) {
  out.number(static_cast<std::uint16_t>(facts.size()));
  for (const auto& [name, value] : facts) out.counted(name).counted(value);
}

std::optional<Facts> read_facts(ByteReader& in) {
  const std::size_t count = in.number<std::uint16_t>();
  if (count > limits::facts) return std::nullopt;
  Facts facts;
  std::size_t size = 0;
  for (std::size_t at = 0; at < count; ++at) {
    std::string name = in.counted_text();
    std::string value = in.counted_text();
    size += size_of(name, value);
    // Sorted and each once, so that what decodes has this one encoding. The tag is over bytes.
    const bool in_order = facts.empty() || facts.rbegin()->first < name;
    if (!in.complete() || !in_order || size > room || !is_fact(name, value)) return std::nullopt;
    facts.emplace_hint(facts.end(), std::move(name), std::move(value));
  }
  return in.complete() ? std::optional(std::move(facts)) : std::nullopt;
}

}  // namespace agent
