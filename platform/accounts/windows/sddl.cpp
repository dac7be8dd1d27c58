// SPDX-License-Identifier: ISC
#include "platform/accounts/windows/sddl.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <utility>

namespace platform::windows {

namespace {

template <class Value>
using Word = std::pair<std::string_view, Value>;

constexpr std::array<Word<Entry::Kind>, 2> kinds = {{{"A", Entry::Kind::allow}, {"D", Entry::Kind::deny}}};

constexpr std::array<Word<std::uint8_t>, 5> flag_words = {{{"OI", inheritance::files},
                                                           {"CI", inheritance::directories},
                                                           {"NP", inheritance::once},
                                                           {"IO", inheritance::inherit_only},
                                                           {"ID", inheritance::inherited}}};

// Whole masks come first: they are written, so that a message says FA and not nine words. Single rights are only read.
constexpr std::array<Word<std::uint32_t>, 21> right_words = {{
    {"FA", rights::file_all},
    {"FR", rights::file_read},
    {"FW", rights::file_write},
    {"FX", rights::file_execute},
    {"GA", rights::generic_all},
    {"GX", rights::generic_execute},
    {"GW", rights::generic_write},
    {"GR", rights::generic_read},
    {"SD", rights::erase},
    {"RC", rights::read_control},
    {"WD", rights::write_list},
    {"WO", rights::write_owner},
    {"CC", 0x0001},
    {"DC", 0x0002},
    {"LC", 0x0004},
    {"SW", 0x0008},
    {"RP", 0x0010},
    {"WP", 0x0020},
    {"DT", 0x0040},
    {"LO", 0x0080},
    {"CR", 0x0100},
}};
constexpr std::size_t whole_masks = 8;

constexpr std::string_view no_list = "NO_ACCESS_CONTROL";

std::string name_of(const Sid& sid) {
  const auto alias = alias_of(sid);
  return alias ? std::string(*alias) : text_of(sid);
}

std::string text_of_rights(std::uint32_t mask) {
  const auto whole =
      std::ranges::find(right_words.begin(), right_words.begin() + whole_masks, mask, &Word<std::uint32_t>::second);
  if (whole != right_words.begin() + whole_masks) return std::string(whole->first);
  // Hexadecimal is valid SDDL, and safer than a sum of words that may miss a bit.
  std::array<char, 16> text{};
  static_cast<void>(std::snprintf(text.data(), text.size(), "0x%x", mask));
  return text.data();
}

std::optional<std::string> text_of(const Entry& entry) {
  const auto kind = std::ranges::find(kinds, entry.kind, &Word<Entry::Kind>::second);
  // An entry with an unknown part is not written at all: text without that part would describe other rights.
  const bool has_words = kind != kinds.end() && entry.rest.empty() && (entry.flags & ~inheritance::known) == 0;
  if (!has_words) return std::nullopt;
  std::string text = "(" + std::string(kind->first) + ";";
  for (const auto& [word, flag] : flag_words) {
    if ((entry.flags & flag) != 0) text += word;
  }
  return text + ";" + text_of_rights(entry.mask) + ";;;" + name_of(entry.sid) + ")";
}

// Every word of the table has two letters, so no separator is needed.
template <class Value, std::size_t size>
std::optional<Value> sum_of_words(std::string_view text, const std::array<Word<Value>, size>& words) {
  Value sum = 0;
  for (; !text.empty(); text.remove_prefix(2)) {
    const auto word = std::ranges::find(words, text.substr(0, 2), &Word<Value>::first);
    if (word == words.end()) return std::nullopt;
    sum = static_cast<Value>(sum | word->second);
  }
  return sum;
}

std::optional<std::uint32_t> parse_rights(std::string_view text) {
  if (!text.starts_with("0x") && !text.starts_with("0X")) return sum_of_words(text, right_words);
  text.remove_prefix(2);
  std::uint32_t mask = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), mask, 16);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return mask;
}

// kind;flags;rights;object;inherited object;sid
std::optional<Entry> parse_entry(std::string_view text) {
  std::array<std::string_view, 6> fields;
  for (std::size_t index = 0; index < fields.size(); ++index) {
    const auto end = text.find(';');
    const bool is_last = index + 1 == fields.size();
    if (is_last != (end == std::string_view::npos)) return std::nullopt;
    fields[index] = text.substr(0, end);
    if (!is_last) text.remove_prefix(end + 1);
  }
  const auto kind = std::ranges::find(kinds, fields[0], &Word<Entry::Kind>::first);
  const auto flags = sum_of_words(fields[1], flag_words);
  const auto mask = parse_rights(fields[2]);
  const auto sid = parse_sid(fields[5]);
  // An entry for one kind of directory object is refused, because it would be read as an entry for everything.
  const bool understood = kind != kinds.end() && flags && mask && fields[3].empty() && fields[4].empty() && sid;
  if (!understood) return std::nullopt;
  return Entry{.kind = kind->second, .flags = *flags, .mask = *mask, .sid = *sid};
}

class Parser {
 public:
  explicit Parser(std::string_view text) : rest_(text) {}

  std::optional<SecurityDescriptor> run() {
    SecurityDescriptor descriptor;
    // Without "D:" there is no list, which is not the same as an empty list.
    descriptor.entries = std::nullopt;
    if (take("O:") && !read(descriptor.owner)) return std::nullopt;
    if (take("G:") && !read(descriptor.group)) return std::nullopt;
    if (take("D:") && !list(descriptor)) return std::nullopt;
    return rest_.empty() ? std::optional(descriptor) : std::nullopt;
  }

 private:
  bool take(std::string_view prefix) {
    if (!rest_.starts_with(prefix)) return false;
    rest_.remove_prefix(prefix.size());
    return true;
  }

  // The SID ends at the next part. It has no colon, so the letter before the next colon is the next part's.
  bool read(std::optional<Sid>& sid) {
    const auto colon = rest_.find(':');
    const auto size = colon == std::string_view::npos ? rest_.size() : colon == 0 ? 0 : colon - 1;
    sid = parse_sid(rest_.substr(0, size));
    rest_.remove_prefix(size);
    return sid.has_value();
  }

  bool list(SecurityDescriptor& descriptor) {
    for (bool more = true; more;) {
      if (take("P")) {
        descriptor.is_protected = true;
      } else {
        // These flags say how the list came about. They do not change what it allows.
        more = take("AI") || take("AR");
      }
    }
    if (take(no_list)) return true;
    descriptor.entries.emplace();
    while (take("(")) {
      const auto end = rest_.find(')');
      if (end == std::string_view::npos) return false;
      auto entry = parse_entry(rest_.substr(0, end));
      if (!entry) return false;
      descriptor.entries->push_back(std::move(*entry));
      rest_.remove_prefix(end + 1);
    }
    return true;
  }

  std::string_view rest_;
};

}  // namespace

std::optional<std::string> sddl_of(const SecurityDescriptor& descriptor) {
  std::string text;
  if (descriptor.owner) text += "O:" + name_of(*descriptor.owner);
  if (descriptor.group) text += "G:" + name_of(*descriptor.group);
  text += descriptor.is_protected ? "D:P" : "D:";
  if (!descriptor.entries) return text + std::string(no_list);
  for (const Entry& entry : *descriptor.entries) {
    const auto words = text_of(entry);
    if (!words) return std::nullopt;
    text += *words;
  }
  return text;
}

std::optional<SecurityDescriptor> parse_sddl(std::string_view text) { return Parser(text).run(); }

}  // namespace platform::windows
