// SPDX-License-Identifier: ISC
#include "keystore/backup/name.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <map>
#include <tuple>

#include "keystore/host_key/record.h"
#include "platform/base/enum_count.h"

namespace keystore {

namespace {

using platform::Time;

constexpr std::size_t fleet_digits = 32;
constexpr std::size_t compact_size = std::string_view("20261122T022917Z").size();
constexpr std::array<std::string_view, 2> content_marks = {"", ".state"};
constexpr std::array<std::string_view, 2> format_marks = {".age", ".cms"};
static_assert(content_marks.size() == platform::enum_count<BackupName::Content>());
static_assert(format_marks.size() == platform::enum_count<BackupName::Format>());

// ISO 8601's basic form, because a file name on Windows cannot have a colon.
std::string compact(Time time) {
  const std::string extended = platform::format_time(time);
  std::string text;
  std::ranges::remove_copy_if(extended, std::back_inserter(text), [](char c) { return c == '-' || c == ':'; });
  return text;
}

std::optional<std::uint32_t> number_in(std::string_view digits) {
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  // Generations and key numbers count from 1.
  if (error != std::errc() || end != digits.data() + digits.size() || number == 0) return std::nullopt;
  return number;
}

std::optional<Time> time_in(std::string_view text) {
  if (text.size() != compact_size) return std::nullopt;
  std::string extended(text);
  for (const std::size_t colon : {13U, 11U}) extended.insert(colon, ":");
  for (const std::size_t dash : {6U, 4U}) extended.insert(dash, "-");
  return platform::parse_time(extended);
}

// Takes a mark off the end of `text`. The marks are tried from the last, because an empty mark matches every text.
template <class Kind>
std::optional<Kind> take_mark(std::string_view& text, const std::array<std::string_view, 2>& marks) {
  for (std::size_t at = marks.size(); at-- > 0;) {
    if (!text.ends_with(marks.at(at))) continue;
    text.remove_suffix(marks.at(at).size());
    return static_cast<Kind>(at);
  }
  return std::nullopt;
}

// Takes the last dash and what follows it off `text`, and gives what follows.
std::optional<std::string_view> take_last(std::string_view& text) {
  const auto dash = text.rfind('-');
  if (dash == std::string_view::npos) return std::nullopt;
  const std::string_view last = text.substr(dash + 1);
  text = text.substr(0, dash);
  return last;
}

// A host's name may have dashes in it. So the fields before it are read from the front, and the fields behind it from
// the end.
bool read_behind_host(std::string_view& text, BackupName& name) {
  const auto key_number = take_last(text);
  if (!key_number || !key_number->starts_with('k')) return false;
  const auto counted = number_in(key_number->substr(1));
  const auto time_text = take_last(text);
  const auto time = time_text ? time_in(*time_text) : std::nullopt;
  if (!counted || !time) return false;
  name.key_number = *counted;
  name.time = *time;
  return true;
}

bool read_before_host(std::string_view& text, BackupName& name) {
  const auto fleet = platform::hex_decode(text.substr(0, fleet_digits));
  if (!fleet || fleet->size() != name.fleet.bytes.size()) return false;
  std::ranges::copy(*fleet, name.fleet.bytes.begin());
  text.remove_prefix(fleet_digits);
  const auto dash = text.find('-', 1);
  if (!text.starts_with("-g") || dash == std::string_view::npos) return false;
  const auto generation = number_in(text.substr(2, dash - 2));
  // A generation that no fleet can reach would be the latest for ever, and hide the real copies.
  if (!generation || *generation > largest_generation) return false;
  name.generation = *generation;
  text.remove_prefix(dash + 1);
  return true;
}

// Copies of one group can stand in for each other, so older ones of them may go.
auto group_of(const BackupName& name) {
  return std::tuple(name.fleet, name.generation, name.key_number, name.content, name.format);
}

}  // namespace

std::string BackupName::text() const {
  return fleet.hex() + "-g" + std::to_string(generation) + "-" + host + "-" + compact(time) + "-k" +
         std::to_string(key_number) + std::string(content_marks.at(static_cast<std::size_t>(content))) +
         std::string(format_marks.at(static_cast<std::size_t>(format)));
}

bool is_backup_host(std::string_view host) {
  // A slash would lead out of the directory, and a control character could steer a terminal.
  const bool plain = host.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-") ==
                     std::string_view::npos;
  return plain && !host.empty() && host.size() <= longest_backup_host;
}

std::optional<BackupName> parse_backup_name(std::string_view text) {
  BackupName name;
  std::string_view rest = text;
  const auto format = take_mark<BackupName::Format>(rest, format_marks);
  const auto content = take_mark<BackupName::Content>(rest, content_marks);
  if (!format || !content || !read_behind_host(rest, name) || !read_before_host(rest, name)) return std::nullopt;
  if (!is_backup_host(rest)) return std::nullopt;
  name.format = *format;
  name.content = *content;
  name.host = rest;
  // Leading zeros, capital digits and the like would give two file names to one copy. Only our own spelling is
  // accepted.
  return name.text() == text ? std::optional(std::move(name)) : std::nullopt;
}

std::vector<BackupName> prunable(std::span<const BackupName> stored, std::string_view host, std::size_t keep) {
  std::map<decltype(group_of(BackupName())), std::vector<BackupName>> groups;
  for (const BackupName& name : stored) {
    // The copies of other hosts are not counted: they may go any day.
    if (name.host == host) groups[group_of(name)].push_back(name);
  }
  std::vector<BackupName> removed;
  for (auto& [group, copies] : groups) {
    std::ranges::sort(copies, {}, &BackupName::time);
    // A store may list a name twice. Counted twice, the last copy of a key would look like a spare.
    const auto repeated = std::ranges::unique(copies);
    copies.erase(repeated.begin(), repeated.end());
    // At least one stays, whatever `keep` says.
    const std::size_t kept = std::min(std::max<std::size_t>(keep, 1), copies.size());
    removed.insert(removed.end(), copies.begin(), copies.end() - static_cast<std::ptrdiff_t>(kept));
  }
  std::ranges::sort(removed, {}, &BackupName::time);
  return removed;
}

}  // namespace keystore
