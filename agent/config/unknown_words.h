// SPDX-License-Identifier: ISC
// What is said about words of a command line that mean nothing there: which one it is, and what was probably meant.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace CLI {  // NOLINT(readability-identifier-naming): CLI11's
class App;
}

namespace agent {

/// The command that a parsed line names, its group if it names no more, or the program itself.
const CLI::App& chosen_app(const CLI::App& program);
/// How people type it: "genkey-agent peers add".
std::string typed_name(const CLI::App& app);

/// Whether a parsed line names no command and has no other word either.
bool lacks_command(const CLI::App& program);

/// About a word that is not a command of this group, or of the program.
std::string unknown_command(const CLI::App& group, const std::string& word, std::span<const char* const> words);
/// About the first word that the parser could not use, or a command that is missing; nothing when neither is so. A word
/// that may be a secret is named by its position, counted from 1. `words` has the program's own name first.
std::optional<std::string> unknown_word(const CLI::App& program, std::span<const char* const> words);

}  // namespace agent
