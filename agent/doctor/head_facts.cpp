// SPDX-License-Identifier: ISC
#include "agent/doctor/head_facts.h"

#include <algorithm>

#include "agent/doctor/fact_list.h"

namespace agent {

namespace {

constexpr std::string_view local = "local";
constexpr std::string_view unknown = "unknown";
constexpr std::string_view absent = "absent";
constexpr std::string_view writable = "writable";
constexpr std::string_view unwritable = "unwritable";

std::string_view word_of(const HeadDirectory& head) {
  if (head.absent) return absent;
  if (!head.writable) return unknown;
  return *head.writable ? writable : unwritable;
}

// The blank between type and source stays: it parts two fields.
std::string storage_field(const HeadDirectory& head) {
  if (!head.storage) return std::string(unknown);
  const auto blank = head.storage->find(' ');
  if (blank == std::string::npos) return escaped_word(*head.storage);
  return escaped_word(head.storage->substr(0, blank)) + " " + escaped_word(head.storage->substr(blank + 1));
}

// Nothing if one of the fields could not have been written by escaped_word().
std::optional<std::vector<std::string>> fields_of(std::string_view entry) {
  std::vector<std::string> fields;
  for (std::size_t at = 0; at <= entry.size();) {
    const auto end = std::min(entry.find(' ', at), entry.size());
    auto field = unescaped_word(entry.substr(at, end - at));
    if (!field || field->empty()) return std::nullopt;
    fields.push_back(*std::move(field));
    at = end + 1;
  }
  return fields;
}

std::optional<HeadDirectory> head_in(std::string_view entry) {
  const auto fields = fields_of(entry);
  if (!fields || (fields->size() != 3 && fields->size() != 4)) return std::nullopt;
  const std::string& word = fields->front();
  HeadDirectory head{.path = fields->back(), .absent = word == absent};
  if (word == writable || word == unwritable) {
    head.writable = word == writable;
  } else if (word != unknown && word != absent) {
    return std::nullopt;
  }
  const std::string& first = (*fields)[1];
  if (fields->size() == 4) {
    head.storage = first + " " + (*fields)[2];
  } else if (first == local) {
    head.storage = first;
  } else if (first != unknown) {
    return std::nullopt;
  }
  return head.path.starts_with('/') ? std::optional(head) : std::nullopt;
}

}  // namespace

bool is_on_network(const HeadDirectory& head) { return head.storage && *head.storage != local; }

std::string heads_fact(const std::vector<HeadDirectory>& heads) {
  std::vector<std::string> entries;
  entries.reserve(heads.size());
  for (const HeadDirectory& head : heads)
    entries.push_back(std::string(word_of(head)) + " " + storage_field(head) + " " + escaped_word(head.path));
  return joined(entries);
}

std::vector<HeadDirectory> read_heads(std::string_view fact) {
  std::vector<HeadDirectory> heads;
  for (const std::string& entry : words_of(fact)) {
    if (auto head = head_in(entry)) heads.push_back(*std::move(head));
  }
  return heads;
}

}  // namespace agent
