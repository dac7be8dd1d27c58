// SPDX-License-Identifier: ISC
#include "platform/ops_manager/java_properties.h"

#include <algorithm>

#include "platform/base/bytes.h"
#include "platform/base/secret_bytes.h"

namespace platform {

namespace {

// In ISO 8859-1 each byte is the character of the same number.
char16_t character(char byte) { return static_cast<unsigned char>(byte); }

bool is_blank(char byte) { return byte == ' ' || byte == '\t' || byte == '\f'; }
bool ends_line(char byte) { return byte == '\n' || byte == '\r'; }

// Joins continued lines and leaves out comments and empty lines, as Properties.LineReader does.
class LogicalLines {
 public:
  explicit LogicalLines(std::string_view text) : rest_(text) {
    // Reserved at once. A string that grows would leave copies of passwords behind.
    line_.reserve(text.size());
  }
  LogicalLines(const LogicalLines&) = delete;
  LogicalLines& operator=(const LogicalLines&) = delete;
  ~LogicalLines() { wipe_line(); }

  /// False at the end. Backslashes that end a line are gone; all others are still there.
  bool next() {
    wipe_line();
    while (skip_to_text()) {
      first_number_ = number_;
      if (read_line()) return true;
    }
    return false;
  }

  [[nodiscard]] std::string_view line() const { return line_; }
  [[nodiscard]] std::size_t number() const { return first_number_; }  // from 1, of its first line in the file

 private:
  void wipe_line() {
    wipe(std::as_writable_bytes(std::span(line_)));
    line_.clear();
  }

  char take() {
    const char byte = rest_.front();
    rest_.remove_prefix(1);
    return byte;
  }

  void skip_blanks() {
    while (!rest_.empty() && is_blank(rest_.front())) rest_.remove_prefix(1);
  }

  // CR and LF together are one line end.
  void take_line_end() {
    if (take() == '\r' && rest_.starts_with('\n')) rest_.remove_prefix(1);
    ++number_;
  }

  // To the first character of the next line that is neither empty nor a comment. False at the end.
  bool skip_to_text() {
    while (true) {
      skip_blanks();
      if (rest_.empty()) return false;
      if (rest_.front() == '#' || rest_.front() == '!') {
        // A backslash does not continue a comment.
        while (!rest_.empty() && !ends_line(rest_.front())) rest_.remove_prefix(1);
      } else if (!ends_line(rest_.front())) {
        return true;
      }
      if (!rest_.empty()) take_line_end();
    }
  }

  // False if nothing but a backslash was there: the next line then begins anew, and may be a comment.
  bool read_line() {
    bool escaping = false;
    while (!rest_.empty() && !ends_line(rest_.front())) {
      const char byte = take();
      line_.push_back(byte);
      escaping = byte == '\\' && !escaping;
      if (!escaping || (!rest_.empty() && !ends_line(rest_.front()))) continue;
      // The file continues on the next line, without the blanks that it begins with.
      line_.pop_back();
      escaping = false;
      if (!rest_.empty()) take_line_end();
      if (line_.empty()) return false;
      skip_blanks();
    }
    return true;
  }

  std::string_view rest_;
  std::string line_;
  std::size_t number_ = 1;
  std::size_t first_number_ = 1;
};

// A name and a value with their escapes.
struct Property {
  std::string_view name;
  std::string_view value;
};

Property split(std::string_view line) {
  std::size_t end = 0;
  bool escaped = false;
  while (end < line.size() && (escaped || (!is_blank(line[end]) && line[end] != '=' && line[end] != ':'))) {
    escaped = line[end] == '\\' && !escaped;
    ++end;
  }
  const auto skip_blanks = [&line](std::size_t at) {
    while (at < line.size() && is_blank(line[at])) ++at;
    return at;
  };
  std::size_t value = skip_blanks(end);
  // One separator at most. A second one belongs to the value.
  if (value < line.size() && (line[value] == '=' || line[value] == ':')) value = skip_blanks(value + 1);
  return {line.substr(0, end), line.substr(value)};
}

std::optional<char16_t> from_hex(std::string_view digits) {
  constexpr std::string_view all = "0123456789abcdef";
  char16_t value = 0;
  for (const char digit : digits) {
    const auto found = all.find(digit >= 'A' && digit <= 'F' ? static_cast<char>(digit - 'A' + 'a') : digit);
    if (found == std::string_view::npos) return std::nullopt;
    value = static_cast<char16_t>(value * 16 + found);
  }
  return value;
}

char16_t after_backslash(char byte) {
  switch (byte) {
    case 't': return u'\t';
    case 'r': return u'\r';
    case 'n': return u'\n';
    case 'f': return u'\f';
    // Any other character stands for itself.
    default: return character(byte);
  }
}

// Calls `use` with each character. False where Java throws.
template <class Use>
bool unescape(std::string_view text, Use use) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '\\' || at + 1 == text.size()) {
      use(character(text[at]));
      continue;
    }
    ++at;
    if (text[at] != 'u') {
      use(after_backslash(text[at]));
      continue;
    }
    constexpr std::size_t digits = 4;
    const auto value = from_hex(text.substr(at + 1, digits));
    if (text.size() - at <= digits || !value) return false;
    use(*value);
    at += digits;
  }
  return true;
}

// Keeps one text at a time, in one piece of memory that is wiped.
class Unescaped {
 public:
  explicit Unescaped(std::size_t most) { text_.reserve(most); }
  Unescaped(const Unescaped&) = delete;
  Unescaped& operator=(const Unescaped&) = delete;
  ~Unescaped() { clear(); }

  /// False where Java throws.
  bool take(std::string_view text) {
    clear();
    return unescape(text, [this](char16_t c) { text_.push_back(c); });
  }
  void clear() {
    wipe(std::as_writable_bytes(std::span(text_)));
    text_.clear();
  }
  [[nodiscard]] std::u16string_view text() const { return text_; }

 private:
  std::u16string text_;
};

}  // namespace

Result<void> each_java_property(std::string_view text,
                                const std::function<void(std::u16string_view name, std::u16string_view value)>& use) {
  LogicalLines lines(text);
  Unescaped name(text.size());
  Unescaped value(text.size());
  while (lines.next()) {
    const Property property = split(lines.line());
    if (!name.take(property.name) || !value.take(property.value)) {
      return fail(ErrorKind::configuration,
                  "line " + std::to_string(lines.number()) + " has \\u without four hex digits behind it");
    }
    use(name.text(), value.text());
  }
  return {};
}

Result<std::vector<std::optional<std::u16string>>> java_properties(std::string_view text,
                                                                   std::span<const std::u16string_view> names) {
  std::vector<std::optional<std::u16string>> values(names.size());
  TRY(each_java_property(text, [&](std::u16string_view name, std::u16string_view value) {
    for (std::size_t at = 0; at < names.size(); ++at) {
      if (name == names[at]) values[at] = std::u16string(value);
    }
  }));
  return values;
}

}  // namespace platform
