#include "platform/ops_manager/mms_conf.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <map>
#include <span>

#include "platform/host/shell.h"

namespace platform {

namespace {

constexpr std::size_t max_text = std::size_t{64} * 1024;  // the vendor's file has 4 KiB
constexpr std::size_t max_value = 4096;                   // PATH_MAX
constexpr std::string_view home_reference = "${HOME}";

constexpr std::string_view only_a_shell = "is set in a way that only a shell can evaluate";
constexpr std::string_view conditional = "is set under a condition or in a part that may not run";
constexpr std::string_view beside_a_command = "stands beside a command, so that it may not be set at all";

template <std::size_t N>
bool is_one_of(std::string_view word, const std::array<std::string_view, N>& words) {
  return std::ranges::find(words, word) != words.end();
}

// What a variable holds, or why nobody but a shell can tell.
struct Value {
  std::string text;
  std::string unknown;
  std::size_t line = 0;
};

struct Assignment {
  std::string name;
  bool appends = false;
};

std::optional<Assignment> assignment_in(const ShellWord& word) {
  const auto equals = word.source.find('=');
  if (equals == std::string::npos || equals == 0) return std::nullopt;
  const bool appends = word.source[equals - 1] == '+';
  std::string name = word.source.substr(0, equals - (appends ? 1 : 0));
  if (!is_shell_name(name)) return std::nullopt;
  return Assignment{std::move(name), appends};
}

// What the shell makes of a command's name: \unset and "unset" are unset.
std::string plain_text(const ShellWord& word) {
  std::string text;
  for (const ShellPiece& piece : word.pieces) text += piece.text;
  return text;
}

class Reader {
 public:
  void read(const ShellText& text) {
    for (const ShellCommand& command : text.commands) read(command);
  }

  [[nodiscard]] const Value* find(std::string_view name) const {
    const auto found = values_.find(name);
    return found == values_.end() ? nullptr : &found->second;
  }

 private:
  void read(const ShellCommand& command) {
    line_ = command.line;
    const auto words = enter_compounds(command.words);
    if (!words.empty()) read(command, words);
    for (const ShellWord& word : command.words) note_assigning_expansions(word);
    note_brackets(command);
    // Text of a here-document looks like commands; where it ends is the shell's business.
    uncertain_ = uncertain_ || command.here_document;
  }

  void read(const ShellCommand& command, std::span<const ShellWord> words) {
    const auto rest =
        std::ranges::find_if_not(words, [](const ShellWord& word) { return assignment_in(word).has_value(); });
    const std::span<const ShellWord> leading(words.begin(), rest);
    const auto arguments = without_prefixes({rest, words.end()});
    const std::string_view doubt = doubt_about(command);
    if (arguments.empty()) return assign_all(leading, rest == words.end() ? doubt : beside_a_command);
    const std::string verb = plain_text(arguments.front());
    if (verb == "export" || verb == "readonly") {
      return assign_all(arguments.subspan(1), leading.empty() ? doubt : beside_a_command);
    }
    assign_all(leading, beside_a_command);
    read_other(verb, arguments);
  }

  static std::span<const ShellWord> without_prefixes(std::span<const ShellWord> words) {
    while (!words.empty() && (plain_text(words.front()) == "command" || plain_text(words.front()) == "builtin")) {
      words = words.subspan(1);
    }
    return words;
  }

  [[nodiscard]] std::string_view doubt_about(const ShellCommand& command) const {
    using enum ShellOperator;
    if (uncertain_ || compounds_ > 0 || brackets_ > 0) return conditional;
    if (command.before == and_or || command.before == pipe) return conditional;
    if (command.after == pipe || command.after == background || command.after == open) return only_a_shell;
    return command.redirected ? beside_a_command : std::string_view();
  }

  void assign_all(std::span<const ShellWord> words, std::string_view doubt) {
    for (const ShellWord& word : words) {
      const auto assignment = assignment_in(word);
      // A bare name after `export` changes no value; a quoted assignment does.
      if (!assignment && word.source.find('=') != std::string::npos) forget_names_in({&word, 1});
      if (!assignment) continue;
      const std::string_view reason = assignment->appends ? only_a_shell : doubt;
      values_[assignment->name] = reason.empty() ? evaluate(word, assignment->name.size() + 1) : unknown(reason);
    }
  }

  // Commands that change variables which they get by name.
  void read_other(std::string_view verb, std::span<const ShellWord> words) {
    static constexpr std::array<std::string_view, 9> changing = {"unset", "read", "declare", "typeset", "local",
                                                                 "eval",  "let",  "for",     "select"};
    const bool prints_into_variable = verb == "printf" && words.size() > 1 && words[1].source == "-v";
    if (is_one_of(verb, changing) || prints_into_variable) return forget_names_in(words);
    const bool lone_name = is_shell_name(verb) && words.size() > 1 && words[1].source.starts_with('=');
    if (lone_name) values_[std::string(verb)] = unknown("has a space before \"=\", which makes it a command");
  }

  void forget_names_in(std::span<const ShellWord> words) {
    const auto is_part = [](char c) { return is_shell_name(std::string_view(&c, 1)) || (c >= '0' && c <= '9'); };
    for (const ShellWord& word : words) {
      for (auto at = word.source.begin(); at != word.source.end();) {
        at = std::find_if(at, word.source.end(), is_part);
        const auto end = std::find_if_not(at, word.source.end(), is_part);
        if (at != end) values_[std::string(at, end)] = unknown(only_a_shell);
        at = end;
      }
    }
  }

  // ${NAME:=value} assigns wherever it stands.
  void note_assigning_expansions(const ShellWord& word) {
    for (const ShellPiece& piece : word.pieces) {
      if (piece.kind != ShellPiece::Kind::opaque || !piece.text.starts_with("${")) continue;
      const auto end = piece.text.find_first_of(":=", 2);
      if (end == std::string::npos || !is_shell_name(std::string_view(piece.text).substr(2, end - 2))) continue;
      if (piece.text[end] == ':' && piece.text.compare(end, 2, ":=") != 0) continue;
      values_[piece.text.substr(2, end - 2)] = unknown(only_a_shell);
    }
  }

  std::span<const ShellWord> enter_compounds(std::span<const ShellWord> words) {
    static constexpr std::array<std::string_view, 5> opening = {"if", "case", "while", "until", "{"};
    static constexpr std::array<std::string_view, 4> closing = {"fi", "esac", "done", "}"};
    static constexpr std::array<std::string_view, 5> between = {"then", "else", "elif", "do", "!"};
    for (; !words.empty(); words = words.subspan(1)) {
      const std::string_view word = words.front().source;
      if (word == "for" || word == "select") {
        ++compounds_;
        break;
      }
      if (word == "function") {
        words = words.subspan(words.size() > 1 ? 1 : 0);  // its name; the brace after it counts
      } else if (is_one_of(word, opening)) {
        ++compounds_;
      } else if (is_one_of(word, closing)) {
        if (compounds_ > 0) --compounds_;
      } else if (!is_one_of(word, between)) {
        break;
      }
    }
    return words;
  }

  void note_brackets(const ShellCommand& command) {
    if (command.after == ShellOperator::open) ++brackets_;
    if (command.after == ShellOperator::close && brackets_ > 0) --brackets_;
  }

  Value evaluate(const ShellWord& word, std::size_t prefix) const {
    Value value{.text = {}, .unknown = {}, .line = line_};
    for (std::size_t index = 0; index < word.pieces.size() && value.unknown.empty(); ++index) {
      ShellPiece piece = word.pieces[index];
      if (index == 0) piece.text.erase(0, prefix);
      const bool first = index == 0 || (index == 1 && word.pieces[0].text.size() == prefix);
      append(value, piece, first);
      if (value.text.size() > max_value) value.unknown = "is longer than a path can be";
    }
    if (value.unknown.empty()) check_bytes(value);
    if (!value.unknown.empty()) value.text.clear();
    return value;
  }

  void append(Value& value, const ShellPiece& piece, bool first) const {
    switch (piece.kind) {
      case ShellPiece::Kind::opaque: value.unknown = only_a_shell; return;
      case ShellPiece::Kind::variable: append_variable(value, piece.text); return;
      case ShellPiece::Kind::text: break;
    }
    if (first && !piece.quoted && piece.text.starts_with('~')) return append_home(value, piece.text);
    if (piece.text.find('$') != std::string::npos) value.unknown = "holds a quoted \"$\", which no path here should";
    value.text += piece.text;
  }

  void append_home(Value& value, std::string_view text) const {
    if (text != "~" && !text.starts_with("~/")) {
      value.unknown = only_a_shell;
      return;
    }
    append_variable(value, "HOME");
    value.text += text.substr(1);
  }

  void append_variable(Value& value, std::string_view name) const {
    if (const Value* known = find(name)) {
      value.text += known->text;
      value.unknown = known->unknown;
    } else if (name == "HOME") {
      value.text += home_reference;
    } else {
      value.unknown = "uses $" + std::string(name) + ", which this file does not set";
    }
  }

  static void check_bytes(Value& value) {
    const auto is_control = [](char c) { return std::iscntrl(static_cast<unsigned char>(c)) != 0; };
    if (value.text.ends_with('\r')) {
      value.unknown =
          "ends in a carriage return (a Windows line ending), which the start script takes as part of the "
          "value";
    } else if (std::ranges::any_of(value.text, is_control)) {
      value.unknown = "holds a control character";
    }
  }

  [[nodiscard]] Value unknown(std::string_view reason) const {
    return {.text = {}, .unknown = std::string(reason), .line = line_};
  }

  std::map<std::string, Value, std::less<>> values_;
  std::size_t compounds_ = 0;
  std::size_t brackets_ = 0;
  bool uncertain_ = false;
  std::size_t line_ = 0;
};

std::string at(std::string_view origin, std::size_t line) { return std::string(origin) + ":" + std::to_string(line); }

// Of a reference to HOME that `text` begins with; 0 for anything else.
std::size_t length_of_home(std::string_view text) {
  if (text.starts_with(home_reference)) return home_reference.size();
  constexpr std::string_view bare = "$HOME";
  const bool longer = text.size() > bare.size() && is_shell_name("_" + std::string(text.substr(bare.size(), 1)));
  return text.starts_with(bare) && !longer ? bare.size() : 0;
}

Result<std::optional<std::string>> wanted(const Reader& reader, const std::string& name, std::string_view origin) {
  const Value* value = reader.find(name);
  if (value == nullptr) return std::optional<std::string>();
  if (!value->unknown.empty()) {
    return fail(ErrorKind::configuration,
                at(origin, value->line) + ": " + name + " " + value->unknown + "; expected a plain " + name + "=VALUE");
  }
  return std::optional<std::string>(value->text);
}

}  // namespace

Result<MmsConf> parse_mms_conf(std::string_view text, std::string_view origin) {
  if (text.size() > max_text) {
    return fail(ErrorKind::configuration, std::string(origin) + " has " + std::to_string(text.size()) +
                                              " bytes; at most " + std::to_string(max_text) + " were expected");
  }
  const ShellText shell = split_shell(text);
  if (shell.unclosed_line) {
    return fail(ErrorKind::configuration,
                at(origin, *shell.unclosed_line) + ": a quote or bracket opens here that is never closed");
  }
  Reader reader;
  reader.read(shell);
  MmsConf conf;
  conf.enc_key_path = TRY(wanted(reader, "ENC_KEY_PATH", origin));
  conf.mms_user = TRY(wanted(reader, "MMS_USER", origin));
  if (conf.enc_key_path && conf.enc_key_path->empty()) {
    return fail(ErrorKind::configuration, at(origin, reader.find("ENC_KEY_PATH")->line) +
                                              ": ENC_KEY_PATH is empty; expected the path of the key file");
  }
  if (conf.mms_user && conf.mms_user->find('$') != std::string::npos) {
    return fail(ErrorKind::configuration,
                at(origin, reader.find("MMS_USER")->line) + ": MMS_USER uses $HOME; expected the name of an account");
  }
  if (conf.mms_user && conf.mms_user->empty()) conf.mms_user.reset();
  return conf;
}

Result<std::string> expand_home(std::string_view value, std::string_view home, std::string_view origin) {
  const std::string subject = std::string(origin) + ": ENC_KEY_PATH \"" + std::string(value) + "\"";
  std::string expanded;
  for (auto rest = value; !rest.empty();) {
    const std::size_t length = length_of_home(rest);
    if (length == 0 && rest.front() == '$')
      return fail(ErrorKind::configuration, subject + " uses something other than ${HOME}");
    expanded += length > 0 ? home : rest.substr(0, 1);
    rest.remove_prefix(std::max<std::size_t>(length, 1));
  }
  if (!expanded.starts_with('/')) return fail(ErrorKind::configuration, subject + " is not an absolute path");
  return expanded;
}

}  // namespace platform
