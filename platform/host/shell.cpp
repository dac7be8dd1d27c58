#include "platform/host/shell.h"

#include <algorithm>
#include <utility>

namespace platform {

namespace {

bool is_name_start(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_name_part(char c) { return is_name_start(c) || (c >= '0' && c <= '9'); }
bool ends_word(char c) { return std::string_view(" \t\n;&|()<>").find(c) != std::string_view::npos; }

class Splitter {
 public:
  explicit Splitter(std::string_view text) : text_(text) {}

  ShellText run() {
    while (!at_end()) step();
    finish(ShellOperator::line_end);
    return std::move(result_);
  }

 private:
  [[nodiscard]] bool at_end() const { return position_ >= text_.size(); }
  // '\0' past the end: harmless, because each caller also moves by at least one byte or stops.
  [[nodiscard]] char peek(std::size_t ahead = 0) const {
    return position_ + ahead < text_.size() ? text_[position_ + ahead] : '\0';
  }
  void skip(std::size_t count = 1) {
    for (; count > 0 && !at_end(); --count) {
      if (text_[position_++] == '\n') ++line_;
    }
  }

  void step() {
    const char c = peek();
    if (c == ' ' || c == '\t') return skip();
    if (c == '\\' && peek(1) == '\n') return skip(2);
    if (c == '#') return skip_comment();
    if (c == '\n' && wants_more()) return skip();
    if (c == '\n') return end_with(ShellOperator::line_end, 1);
    if (c == '<' || c == '>') return redirect();
    if (ends_word(c)) return separate();
    read_word();
  }

  // After && || | the command goes on in the next line.
  [[nodiscard]] bool wants_more() const {
    const bool joined = command_.before == ShellOperator::and_or || command_.before == ShellOperator::pipe;
    return joined && command_.words.empty() && !command_.redirected;
  }

  void skip_comment() {
    while (!at_end() && peek() != '\n') skip();
  }

  void separate() {
    const bool doubled = peek(1) == peek();
    switch (peek()) {
      case ';': return end_with(ShellOperator::semicolon, 1);
      case '(': return end_with(ShellOperator::open, 1);
      case ')': return end_with(ShellOperator::close, 1);
      case '|': return end_with(doubled ? ShellOperator::and_or : ShellOperator::pipe, doubled ? 2 : 1);
      default: return end_with(doubled ? ShellOperator::and_or : ShellOperator::background, doubled ? 2 : 1);
    }
  }

  void redirect() {
    begin();
    command_.redirected = true;
    if (peek() == '<' && peek(1) == '<' && peek(2) != '<') command_.here_document = true;
    while (peek() == '<' || peek() == '>' || peek() == '&') skip();
  }

  void begin() {
    if (command_.words.empty() && !command_.redirected) command_.line = line_;
  }

  void end_with(ShellOperator after, std::size_t length) {
    finish(after);
    skip(length);
  }

  void finish(ShellOperator after) {
    command_.after = after;
    const bool empty_line = command_.words.empty() && !command_.redirected && after == ShellOperator::line_end &&
                            command_.before == ShellOperator::line_end;
    if (!empty_line) result_.commands.push_back(std::move(command_));
    command_ = ShellCommand{};
    command_.before = after;
    command_.line = line_;
  }

  void read_word() {
    begin();
    const std::size_t start = position_;
    word_ = ShellWord{};
    while (!at_end() && !ends_word(peek())) read_piece();
    word_.source = text_.substr(start, position_ - start);
    command_.words.push_back(std::move(word_));
  }

  void read_piece() {
    switch (peek()) {
      case '\\': return read_escaped();
      case '\'': return read_single_quotes();
      case '"': return read_double_quotes();
      case '$': return read_dollar(false);
      case '`': return read_backquotes();
      default: add(ShellPiece::Kind::text, text_.substr(position_, 1), false); skip();
    }
  }

  void add(ShellPiece::Kind kind, std::string_view text, bool quoted) {
    const bool joins = kind == ShellPiece::Kind::text && !word_.pieces.empty() && word_.pieces.back().kind == kind &&
                       word_.pieces.back().quoted == quoted;
    if (joins) {
      word_.pieces.back().text += text;
    } else {
      word_.pieces.push_back({kind, std::string(text), quoted});
    }
  }

  void read_escaped() {
    skip();
    if (at_end()) return add(ShellPiece::Kind::text, "\\", true);
    if (peek() != '\n') add(ShellPiece::Kind::text, text_.substr(position_, 1), true);
    skip();
  }

  void read_single_quotes() {
    const std::size_t opened = line_;
    skip();
    const std::size_t start = position_;
    while (!at_end() && peek() != '\'') skip();
    add(ShellPiece::Kind::text, text_.substr(start, position_ - start), true);
    close(opened);
  }

  void read_double_quotes() {
    const std::size_t opened = line_;
    skip();
    add(ShellPiece::Kind::text, "", true);
    while (!at_end() && peek() != '"') read_in_double_quotes();
    close(opened);
  }

  void read_in_double_quotes() {
    if (peek() == '$') return read_dollar(true);
    if (peek() == '`') return read_backquotes();
    const bool escape = peek() == '\\' && std::string_view("$`\"\\\n").find(peek(1)) != std::string_view::npos;
    if (escape) return read_escaped();
    add(ShellPiece::Kind::text, text_.substr(position_, 1), true);
    skip();
  }

  void read_dollar(bool in_quotes) {
    const std::size_t start = position_;
    skip();
    const char next = peek();
    if (next == '{' || next == '(') return read_brackets(start);
    if (is_name_start(next)) return read_name(start + 1);
    if (!in_quotes && (next == '\'' || next == '"')) return add(ShellPiece::Kind::opaque, "$", false);
    if (std::string_view("0123456789@*#?$!-").find(next) == std::string_view::npos || at_end()) {
      return add(ShellPiece::Kind::text, "$", true);
    }
    skip();
    add(ShellPiece::Kind::opaque, text_.substr(start, 2), false);
  }

  void read_name(std::size_t start) {
    while (is_name_part(peek())) skip();
    add(ShellPiece::Kind::variable, text_.substr(start, position_ - start), false);
  }

  void read_brackets(std::size_t start) {
    skip_brackets(peek(), peek() == '{' ? '}' : ')');
    const std::string_view source = text_.substr(start, position_ - start);
    const std::string_view inside = source.size() > 3 ? source.substr(2, source.size() - 3) : std::string_view();
    if (source[1] == '{' && is_shell_name(inside)) return add(ShellPiece::Kind::variable, inside, false);
    add(ShellPiece::Kind::opaque, source, false);
  }

  // Counts instead of recursing: the depth is the file's choice.
  void skip_brackets(char opening, char closing) {
    const std::size_t opened = line_;
    std::size_t depth = 0;
    char quote = '\0';
    for (; !at_end(); skip()) {
      const char c = peek();
      if (c == '\\' && quote != '\'') {
        skip();
      } else if (quote != '\0') {
        if (c == quote) quote = '\0';
      } else if (c == '\'' || c == '"') {
        quote = c;
      } else if (c == opening) {
        ++depth;
      } else if (c == closing && --depth == 0) {
        return skip();
      }
    }
    result_.unclosed_line = result_.unclosed_line.value_or(opened);
  }

  void read_backquotes() {
    const std::size_t opened = line_;
    const std::size_t start = position_;
    skip();
    while (!at_end() && peek() != '`') skip(peek() == '\\' ? 2 : 1);
    close(opened);
    add(ShellPiece::Kind::opaque, text_.substr(start, position_ - start), false);
  }

  void close(std::size_t opened) {
    if (at_end()) result_.unclosed_line = result_.unclosed_line.value_or(opened);
    skip();
  }

  const std::string_view text_;
  std::size_t position_ = 0;
  std::size_t line_ = 1;
  ShellCommand command_;
  ShellWord word_;
  ShellText result_;
};

}  // namespace

ShellText split_shell(std::string_view text) { return Splitter(text).run(); }

bool is_shell_name(std::string_view text) {
  return !text.empty() && is_name_start(text.front()) && std::ranges::all_of(text, is_name_part);
}

std::string shell_quoted(std::string_view text) {
  constexpr std::string_view harmless = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-+:,@%=";
  if (!text.empty() && text.find_first_not_of(harmless) == std::string_view::npos) return std::string(text);
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

}  // namespace platform
