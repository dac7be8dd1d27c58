// SPDX-License-Identifier: ISC
#include "platform/host/typed_command.h"

namespace platform {

namespace {

constexpr std::string_view harmless = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789\\/:._-+=~";

// What PowerShell expands even inside double quotes. A dollar before any other character stays a dollar:
// \\server\d$\keys.
bool expands(std::string_view word) {
  constexpr std::string_view after_dollar = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_{(:?$^";
  for (std::size_t at = word.find('$'); at != std::string_view::npos; at = word.find('$', at + 1)) {
    if (at + 1 < word.size() && after_dollar.find(word[at + 1]) != std::string_view::npos) return true;
  }
  return word.find('`') != std::string_view::npos;
}

// The program that is started splits the line again (CommandLineToArgvW): a quote, and backslashes before a quote, need
// backslashes before them.
std::string in_double_quotes(std::string_view word) {
  std::string text = "\"";
  std::size_t backslashes = 0;
  for (const char c : word) {
    if (c == '"') text.append(backslashes + 1, '\\');
    backslashes = c == '\\' ? backslashes + 1 : 0;
    text += c;
  }
  return text.append(backslashes, '\\') + "\"";
}

std::string in_single_quotes(std::string_view word) {
  std::string text = "'";
  for (const char c : word) text.append(c == '\'' ? 2 : 1, c);
  return text + "'";
}

}  // namespace

std::string typed_word(std::string_view word) {
  if (!word.empty() && word.find_first_not_of(harmless) == std::string_view::npos) return std::string(word);
  return expands(word) ? in_single_quotes(word) : in_double_quotes(word);
}

std::string typed_move(std::string_view from, std::string_view to) {
  return "move " + typed_word(from) + " " + typed_word(to);
}

std::string typed_as_administrator(const std::string& command) { return command; }

std::string_view administrator() { return "an administrator"; }

std::string_view what_binds_administrators() {
  return "the file's permissions (icacls) and attributes (attrib), and what the antivirus program blocks";
}

}  // namespace platform
