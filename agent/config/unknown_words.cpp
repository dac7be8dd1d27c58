// SPDX-License-Identifier: ISC
#include "agent/config/unknown_words.h"

#include <algorithm>
#include <vector>

#include <CLI/CLI.hpp>

#include "agent/base/nearest_word.h"
#include "agent/base/repeatable.h"

namespace agent {

namespace {

// The words behind the program's name: "peers ", "backup create ", or nothing.
std::string prefix_of(const CLI::App& app) {
  return app.get_parent() == nullptr ? "" : prefix_of(*app.get_parent()) + app.get_name() + " ";
}

std::vector<std::string> commands_of(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App* /*each*/) { return true; }))
    names.push_back(command->get_name());
  return names;
}

std::vector<std::string> options_of(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
    for (const std::string& name : option->get_snames()) names.push_back("-" + name);
  }
  return names;
}

// The word alone says where it stood, so nothing of it need be repeated.
std::string position_of(std::string_view word, std::span<const char* const> words) {
  const auto found =
      std::ranges::find_if(words.subspan(1), [word](std::string_view each) { return each.starts_with(word); });
  return "argument " + std::to_string(found - words.begin());
}

// Without a value that hangs on it: "--name=VALUE", or "-nVALUE".
std::string name_in(const std::string& word) {
  constexpr std::size_t short_name = 2;
  return word.starts_with("--") ? word.substr(0, word.find('=')) : word.substr(0, short_name);
}

std::string unknown_option(const CLI::App& program, const std::string& word, std::span<const char* const> words) {
  const CLI::App& chosen = chosen_app(program);
  const std::string name = name_in(word);
  std::vector<std::string> known = options_of(chosen);
  if (std::ranges::find(known, name) != known.end())
    return "option '" + name + "' stands before its command; write it behind '" + typed_name(chosen) + "'";
  for (std::string& common : options_of(program)) known.push_back(std::move(common));
  // "-json" is "--json" with one letter less.
  const auto meant = nearest_word(word.substr(0, word.find('=')), known);
  const std::string what =
      may_repeat(name) ? "unknown option '" + name + "'" : position_of(word, words) + " is not a known option";
  return what + did_you_mean(meant);
}

std::string missing_command(const CLI::App& group) {
  const std::vector<std::string> names = commands_of(group);
  std::string text = names.front();
  for (std::size_t at = 1; at < names.size(); ++at) text += (at + 1 == names.size() ? " or " : ", ") + names[at];
  return "'" + group.get_name() + "' needs a subcommand: " + text;
}

}  // namespace

const CLI::App& chosen_app(const CLI::App& program) {
  const CLI::App* app = &program;
  while (!app->get_subcommands().empty()) app = app->get_subcommands().front();
  return *app;
}

std::string typed_name(const CLI::App& app) {
  const std::string words = "genkey-agent " + prefix_of(app);
  return words.substr(0, words.size() - 1);
}

std::string unknown_command(const CLI::App& group, const std::string& word, std::span<const char* const> words) {
  const std::string prefix = prefix_of(group);
  const std::vector<std::string> known = commands_of(group);
  const auto meant = nearest_word(word, known);
  const auto whole = meant ? std::optional(prefix + std::string(*meant)) : std::nullopt;
  const std::string what =
      may_repeat(word) ? "unknown command '" + prefix + word + "'" : position_of(word, words) + " is not a command";
  return what + did_you_mean(whole);
}

bool lacks_command(const CLI::App& program) {
  return program.get_subcommands().empty() && program.remaining(true).empty();
}

std::optional<std::string> unknown_word(const CLI::App& program, std::span<const char* const> words) {
  const std::vector<std::string> unused = program.remaining(true);
  const CLI::App& chosen = chosen_app(program);
  const bool expects_command = !commands_of(chosen).empty();
  if (unused.empty()) {
    const bool missing = expects_command && chosen.get_require_subcommand_min() > 0;
    return missing ? std::optional(missing_command(chosen)) : std::nullopt;
  }
  const std::string& first = unused.front();
  if (first.starts_with('-')) return unknown_option(program, first, words);
  // Elsewhere it may be the value of an option that takes none, such as a passphrase.
  if (!expects_command) return position_of(first, words) + " is not expected; it is not repeated here";
  return unknown_command(chosen, first, words);
}

}  // namespace agent
