// The small part of shell that configuration files and commands for people use. Nothing is ever run.
//
// What it does not promise: a complete grammar. A construct that is not understood is kept as an opaque
// piece, so that a caller can refuse it; it is never guessed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace platform {

/// One argument as a person would type it: in single quotes only where the shell would read it differently.
std::string shell_quoted(std::string_view text);

struct ShellPiece {
  enum class Kind : std::uint8_t {
    text,      // as the shell would leave it, quotes and backslashes gone
    variable,  // $NAME or ${NAME}; the text is the name
    opaque,    // a command, an expansion with an operator, a parameter by number; the text is the source
  };
  Kind kind = Kind::text;
  std::string text;
  bool quoted = false;

  bool operator==(const ShellPiece&) const = default;
};

struct ShellWord {
  std::string source;
  std::vector<ShellPiece> pieces;
};

enum class ShellOperator : std::uint8_t { line_end, semicolon, and_or, pipe, background, open, close };

struct ShellCommand {
  std::vector<ShellWord> words;  // targets of redirections are among them
  ShellOperator before = ShellOperator::line_end;
  ShellOperator after = ShellOperator::line_end;
  std::size_t line = 1;  // of its first word
  bool redirected = false;
  bool here_document = false;  // what follows may be its text
};

struct ShellText {
  std::vector<ShellCommand> commands;
  std::optional<std::size_t> unclosed_line;  // where a quote or bracket opens that is never closed
};

/// Any bytes; takes time and memory in proportion to them.
ShellText split_shell(std::string_view text);

bool is_shell_name(std::string_view text);

}  // namespace platform
